import { PCA } from 'ml-pca';
import { PipelineError } from '../../contracts/errors';
import { isSymmetric, requireFinite } from './checks';
import { coMoments as plainCoMoments } from './covariance';
import type { Matrix } from './matrix';

/** Principal components of a matrix. Eigenvalues are variances (denominator n − 1), largest first: the scree. */
export interface PrincipalComponents {
  readonly means: Float64Array;
  readonly eigenvalues: readonly number[];
  /** Share of the total variance of each component; 0 for all where nothing varies. */
  readonly explained: readonly number[];
  /** d vectors of d loadings, unit length; the largest loading by size is positive, the first of equals. */
  readonly components: readonly (readonly number[])[];
}

/** A column counts as scaled where its standard deviation is within this distance of 1. */
const SCALED_WITHIN = 0.05;

/**
 * Principal component analysis by eigendecomposition of our covariance (ml-pca). Directions are unique up to sign, which is fixed here.
 *
 * @param x n x d, n >= 2, all finite.
 * @param coMoments Of a kernel; the plain ones by default.
 * @throws PipelineError `INSUFFICIENT_DATA` below two rows; `NOT_FINITE`; `CONFIG_INVALID` where a varying column is not scaled
 *   to sd 1 and `allowUnscaled` is not set: components of unscaled columns follow the units, not the customers.
 *
 * O(nd² + d³). Pearson, Philosophical Magazine 2(11), 1901.
 */
export function principalComponents(x: Matrix, { allowUnscaled = false, coMoments = plainCoMoments } = {}): PrincipalComponents {
  const { cols, rows, names } = x;
  const { means, covariance: sigma } = coMoments(x);
  // A cell that is not finite makes the mean of its column so: only then is it worth a pass to say which.
  if (!means.every(Number.isFinite)) requireFinite(x);
  if (!isSymmetric(sigma, cols))
    throw new PipelineError('NOT_FINITE', 'the covariance is not symmetric: the values are too large to be summed');
  if (!allowUnscaled) requireScaled(sigma, rows, names);
  const square = Array.from({ length: cols }, (_, i) => Array.from(sigma.subarray(i * cols, (i + 1) * cols)));
  const pca = new PCA(square, { isCovarianceMatrix: true });
  const vectors = pca.getEigenvectors();
  // Rounding can leave the eigenvalue of an empty direction a little below zero.
  const eigenvalues = pca.getEigenvalues().map((value) => Math.max(value, 0));
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  return {
    means,
    eigenvalues,
    explained: eigenvalues.map((value) => (total > 0 ? value / total : 0)),
    components: eigenvalues.map((_, c) => withPositiveLargest(vectors.getColumn(c))),
  };
}

/** Scores of chosen rows on the first `count` components, in the order of `rows`. */
export function scores(
  x: Matrix,
  { means, components }: PrincipalComponents,
  rows: ArrayLike<number>,
  count: number,
): number[][] {
  const result: number[][] = [];
  for (let r = 0; r < rows.length; r++) {
    const o = rows[r] * x.cols;
    const row: number[] = [];
    for (let c = 0; c < count; c++) {
      let sum = 0;
      if (c < x.cols) for (let j = 0; j < x.cols; j++) sum += (x.values[o + j] - means[j]) * components[c][j];
      row.push(sum);
    }
    result.push(row);
  }
  return result;
}

function requireScaled(sigma: Float64Array, rows: number, names: readonly string[]): void {
  const d = names.length;
  const unscaled = names.filter((_, j) => {
    const sd = Math.sqrt((sigma[j * d + j] * (rows - 1)) / rows);
    return sd > 0 && Math.abs(sd - 1) > SCALED_WITHIN;
  });
  if (unscaled.length > 0) {
    throw new PipelineError(
      'CONFIG_INVALID',
      `principal components need columns scaled to sd 1; not scaled: ${unscaled.join(', ')}`,
      { columns: unscaled },
    );
  }
}

/** The largest loading by size; loadings within 1e-9 of it count as equal, so that rounding does not pick the sign. */
function withPositiveLargest(vector: readonly number[]): number[] {
  const largest = Math.max(...vector.map(Math.abs));
  const leader = vector.find((value) => Math.abs(value) >= largest - 1e-9) ?? 0;
  return leader < 0 ? vector.map((value) => 0 - value) : [...vector];
}
