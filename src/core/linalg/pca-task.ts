import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import type { Matrix } from './matrix';
import { principalComponents, scores, type PrincipalComponents } from './pca';

export interface PcaPayload {
  readonly matrix: Matrix;
  readonly allowUnscaled: boolean;
  /** Rows of the scatter. */
  readonly rows: Int32Array;
}

export interface PcaResult extends PrincipalComponents {
  /** Scores of the chosen rows on the first two components; 0 for a second one that does not exist. */
  readonly scatter: readonly (readonly number[])[];
}

/** Principal components and the scatter, in a compute thread. */
export function pcaTask({ matrix, allowUnscaled, rows }: PcaPayload, _shared: unknown, { coMoments }: Pick<Kernel, 'coMoments'> = plainKernel): PcaResult {
  const pca = principalComponents(matrix, { allowUnscaled, coMoments });
  return { ...pca, scatter: scores(matrix, pca, rows, 2) };
}
