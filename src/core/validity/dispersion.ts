import { PipelineError } from '../../contracts/errors';
import { reduceBlocks } from '../linalg/blocks';
import { columnMeans } from '../linalg/covariance';
import type { Values } from '../linalg/matrix-view';

/** Sizes, means and scatter of labelled rows. */
export interface Dispersion {
  readonly sizes: readonly number[];
  /** k x d. */
  readonly means: Float64Array;
  /** Within-cluster sum of squared distances to the cluster mean: the inertia of the labelling. */
  readonly within: number;
  /** Sum over clusters of size times squared distance of its mean to the grand mean. */
  readonly between: number;
  /** Mean Euclidean distance of a cluster's rows to its mean. */
  readonly spread: Float64Array;
}

/**
 * @param labels Cluster of each row, 0..k−1, none empty.
 * @throws PipelineError `INSUFFICIENT_DATA` where a label has no row or lies outside 0..k−1. O(nd), fixed blocks.
 */
export function dispersion(x: Values, labels: Int32Array, k: number): Dispersion {
  const { rows, cols, values } = x;
  const width = cols + 1;
  const totals = reduceBlocks(rows, k * width, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const t = labels[i] * width;
      for (let j = 0; j < cols; j++) partial[t + j] += values[i * cols + j];
      partial[t + cols]++;
    }
  });
  const sizes = Array.from({ length: k }, (_, c) => totals[c * width + cols]);
  const counted = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.includes(0) || counted !== rows)
    throw new PipelineError('INSUFFICIENT_DATA', `labels must be 0..${k - 1} and none empty`, { k, rows, sizes });
  const means = new Float64Array(k * cols).map(
    (_, at) => totals[Math.floor(at / cols) * width + (at % cols)] / sizes[Math.floor(at / cols)],
  );
  const scatter = reduceBlocks(rows, k + 1, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const c = labels[i];
      let squared = 0;
      for (let j = 0; j < cols; j++) squared += (values[i * cols + j] - means[c * cols + j]) ** 2;
      partial[c] += Math.sqrt(squared);
      partial[k] += squared;
    }
  });
  const grand = columnMeans(x);
  let between = 0;
  for (let at = 0; at < k * cols; at++) between += sizes[Math.floor(at / cols)] * (means[at] - grand[at % cols]) ** 2;
  return { sizes, means, within: scatter[k], between, spread: scatter.subarray(0, k).map((sum, c) => sum / sizes[c]) };
}
