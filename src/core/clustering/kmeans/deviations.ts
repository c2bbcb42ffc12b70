import { reduceBlocks } from '../../linalg/blocks';
import type { Points } from '../points';

/** What is known of each cluster and column over all rows; 0 for a cluster without rows. */
export interface ClusterMoments {
  /** Rows of each cluster (k). */
  readonly sizes: readonly number[];
  /** k x d. */
  readonly means: readonly (readonly number[])[];
  /** Population standard deviations, k x d. */
  readonly sd: readonly (readonly number[])[];
  /** Largest distance of a row from the mean, k x d. */
  readonly reach: readonly (readonly number[])[];
}

/**
 * Two passes over fixed blocks of rows, one more for the reach. O(nd).
 *
 * @param labels Cluster of each row, 0..k−1.
 */
export function clusterMoments(
  { rows, cols, stride, values }: Points,
  labels: ArrayLike<number>,
  k: number,
): ClusterMoments {
  const sizes = new Array<number>(k).fill(0);
  for (let i = 0; i < rows; i++) sizes[labels[i]]++;
  const sumOver = (term: (value: number, at: number) => number): Float64Array =>
    reduceBlocks(rows, k * cols, (from, to, partial) => {
      for (let i = from; i < to; i++) {
        for (let j = 0, t = labels[i] * cols; j < cols; j++, t++) partial[t] += term(values[i * stride + j], t);
      }
    });
  const perRow = (sum: number, at: number): number => sum / Math.max(sizes[Math.floor(at / cols)], 1);
  const means = sumOver((value) => value).map(perRow);
  const variances = sumOver((value, at) => (value - means[at]) ** 2).map(perRow);
  const reach = new Float64Array(k * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0, t = labels[i] * cols; j < cols; j++, t++)
      reach[t] = Math.max(reach[t], Math.abs(values[i * stride + j] - means[t]));
  }
  const nested = (flat: Float64Array): number[][] =>
    Array.from({ length: k }, (_, c) => Array.from(flat.subarray(c * cols, (c + 1) * cols)));
  return { sizes, means: nested(means), sd: nested(variances.map(Math.sqrt)), reach: nested(reach) };
}

/** Population standard deviation of each column over all rows. */
export const columnDeviations = (points: Points): readonly number[] =>
  clusterMoments(points, new Int32Array(points.rows), 1).sd[0];
