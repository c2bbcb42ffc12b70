import { PipelineError } from '../../contracts/errors';
import type { Matrix } from '../linalg/matrix';
import { moments } from '../prepare/moments';

export const SCALES = ['standard', 'none'] as const;
export type Scale = (typeof SCALES)[number];

/** How the columns of a model come back to their own units: value = mean + sd × scaled. */
export interface Scaling {
  readonly means: readonly number[];
  readonly sds: readonly number[];
}

/**
 * Columns to mean 0 and population standard deviation 1 (`standard`), or as they are.
 *
 * @throws PipelineError `CONFIG_INVALID` naming the columns that have the same value in all rows: no model can use them. O(nd).
 */
export function rescale(x: Matrix, scale: Scale): { readonly matrix: Matrix; readonly scaling: Scaling } {
  const columns = x.names.map((_, j) => Float64Array.from({ length: x.rows }, (__, i) => x.values[i * x.cols + j]));
  // By the values themselves: the mean of equal ones is rounded, so their deviation is not always 0.
  const constant = x.names.filter((_, j) => columns[j].every((value) => value === columns[j][0]));
  if (constant.length > 0) {
    const them = constant.length === 1 ? 'it' : 'them';
    const message = `${constant.join(', ')}: the same value in all ${x.rows} rows used, nothing to model; leave ${them} out with --columns`;
    throw new PipelineError('CONFIG_INVALID', message, { columns: constant });
  }
  if (scale === 'none') return { matrix: x, scaling: { means: columns.map(() => 0), sds: columns.map(() => 1) } };
  const found = columns.map(moments);
  const means = found.map(({ mean }) => mean);
  const sds = found.map(({ sd }) => sd);
  const values = x.values.map((value, at) => (value - means[at % x.cols]) / sds[at % x.cols]);
  return { matrix: { ...x, values }, scaling: { means, sds } };
}
