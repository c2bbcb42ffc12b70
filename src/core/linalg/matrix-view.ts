import type { Matrix } from './matrix';

/** Row-major numbers without column names: all a sum over rows needs. */
export type Values = Pick<Matrix, 'rows' | 'cols' | 'values'>;
