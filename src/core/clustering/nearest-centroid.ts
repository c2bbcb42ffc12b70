import type { Assignments } from './assignments';
import { scan, squaredDistance } from './distance';
import { padCentroids, type Points } from './points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { exp, sqrt } = Math;

/** The part of a stored model that assigns rows by their nearest centroid; see `ClusterModel`. */
export interface CentroidModel {
  readonly centroids: readonly (readonly number[])[];
  readonly sizes: readonly number[];
  readonly inertia: number;
}

/**
 * Assign rows [from, to) to the nearest centroid: a pure function of the stored model, the same for one row or for all.
 *
 * The probability is that of equal spherical normal clusters with the pooled within variance σ² = inertia / (n d):
 * softmax over clusters of −d² / (2σ²). With σ² = 0 the nearest centroids share it equally. O((to − from) k d).
 */
export function nearestCentroid(
  { centroids, sizes, inertia }: CentroidModel,
  points: Points,
  from = 0,
  to = points.rows,
): Assignments {
  const { stride, values, cols } = points;
  const k = centroids.length;
  const padded = padCentroids(centroids, stride);
  const variance = inertia / (sizes.reduce((sum, size) => sum + size, 0) * cols);
  const count = to - from;
  const result = {
    cluster: new Int32Array(count),
    distance: new Float64Array(count),
    runnerUp: new Int32Array(count),
    margin: new Float64Array(count),
    probability: new Float64Array(count),
  };
  const found = new Float64Array(3);
  for (let i = 0; i < count; i++) {
    const at = (from + i) * stride;
    result.cluster[i] = scan(values, at, padded, k, stride, found);
    const own = found[0];
    result.distance[i] = sqrt(own);
    result.runnerUp[i] = found[2];
    result.margin[i] = found[1] - own;
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const excess = squaredDistance(values, at, padded, c * stride, stride) - own;
      sum += excess === 0 ? 1 : exp(-excess / (2 * variance));
    }
    result.probability[i] = 1 / sum;
  }
  return result;
}

/** Only the clusters of all rows. O(nkd). */
export function nearestLabels(centroids: readonly (readonly number[])[], { rows, stride, values }: Points): Int32Array {
  const padded = padCentroids(centroids, stride);
  const found = new Float64Array(3);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) labels[i] = scan(values, i * stride, padded, centroids.length, stride, found);
  return labels;
}
