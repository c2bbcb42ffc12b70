import { reduceBlocks } from '../linalg/blocks';
import type { Points } from './points';

/** Means of labelled rows, k x stride; rows labelled −1 count nowhere, a cluster without rows has the mean 0. O(nd), fixed blocks. */
export function clusterMeans({ rows, stride, values }: Points, labels: Int32Array, k: number, weights: Float64Array | null = null): Float64Array {
  const width = stride + 1;
  const totals = reduceBlocks(rows, k * width, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      if (labels[i] < 0) continue;
      const weight = weights === null ? 1 : weights[i];
      const t = labels[i] * width;
      for (let j = 0; j < stride; j++) partial[t + j] += weight * values[i * stride + j];
      partial[t + stride] += weight;
    }
  });
  const means = new Float64Array(k * stride);
  for (let c = 0; c < k; c++) {
    const size = totals[c * width + stride];
    if (size > 0) for (let j = 0; j < stride; j++) means[c * stride + j] = totals[c * width + j] / size;
  }
  return means;
}
