import { squaredDistance } from '../clustering/distance';
import type { Points } from '../clustering/points';

const { sqrt } = Math;
// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;

export interface Neighbours {
  /** n x k, nearest first, equals by row; no row is its own neighbour. */
  readonly rows: Int32Array;
  /** Their Euclidean distances. */
  readonly distances: Float64Array;
}

/** The k nearest other rows of each row, by comparing all pairs: for samples. @param k 1 to n − 1. O(n²(d + k)). */
export function neighboursOf({ rows: n, stride, values }: Points, k: number): Neighbours {
  const rows = new Int32Array(n * k);
  const distances = new Float64Array(n * k).fill(FAR);
  for (let i = 0; i < n; i++) {
    const last = i * k + k - 1;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const distance = squaredDistance(values, i * stride, values, j * stride, stride);
      if (distance >= distances[last]) continue;
      let at = last;
      for (; at > i * k && distances[at - 1] > distance; at--) {
        distances[at] = distances[at - 1];
        rows[at] = rows[at - 1];
      }
      distances[at] = distance;
      rows[at] = j;
    }
  }
  for (let at = 0; at < distances.length; at++) distances[at] = sqrt(distances[at]);
  return { rows, distances };
}
