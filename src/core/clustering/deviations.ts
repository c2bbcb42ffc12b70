import { reduceBlocks } from '../linalg/blocks';
import type { Points } from './points';

/**
 * Population standard deviation of each column inside each cluster (k x d), two passes over fixed blocks; 0 for a cluster of one row or none.
 *
 * @param labels Cluster of each row, 0..k−1.
 */
export function clusterDeviations({ rows, cols, stride, values }: Points, labels: Int32Array, k: number): number[][] {
  const sizes = new Float64Array(k);
  for (const label of labels) sizes[label]++;
  const sumOver = (term: (value: number, at: number) => number): Float64Array =>
    reduceBlocks(rows, k * cols, (from, to, partial) => {
      for (let i = from; i < to; i++) {
        for (let j = 0, t = labels[i] * cols; j < cols; j++, t++) partial[t] += term(values[i * stride + j], t);
      }
    });
  const perRow = (sum: number, at: number): number => sum / Math.max(sizes[Math.floor(at / cols)], 1);
  const means = sumOver((value) => value).map(perRow);
  const variances = sumOver((value, at) => (value - means[at]) ** 2).map(perRow);
  return Array.from({ length: k }, (_, c) => Array.from(variances.subarray(c * cols, (c + 1) * cols), Math.sqrt));
}

/** Population standard deviation of each column over all rows. */
export const columnDeviations = (points: Points): number[] =>
  clusterDeviations(points, new Int32Array(points.rows), 1)[0];
