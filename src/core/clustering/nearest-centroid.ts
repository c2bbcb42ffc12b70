import type { Assignments } from './assignments';
import { squaredDistance } from './distance';
import type { Kernel } from './kernel';
import { plainKernel } from './plain-kernel';
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
  kernel: Kernel = plainKernel,
): Assignments {
  const { stride, values, cols } = points;
  const k = centroids.length;
  const padded = padCentroids(centroids, stride);
  const variance = inertia / (sizes.reduce((sum, size) => sum + size, 0) * cols);
  const count = to - from;
  const own = new Float64Array(count);
  const second = new Float64Array(count);
  const result = {
    cluster: new Int32Array(count),
    distance: new Float64Array(count),
    runnerUp: new Int32Array(count),
    margin: new Float64Array(count),
    probability: new Float64Array(count),
  };
  kernel.nearest(points, from, to, padded, k, { labels: result.cluster, own, runnerUp: result.runnerUp, second });
  for (let i = 0; i < count; i++) {
    const at = (from + i) * stride;
    const least = own[i];
    result.distance[i] = sqrt(least);
    result.margin[i] = second[i] - least;
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const excess = squaredDistance(values, at, padded, c * stride, stride) - least;
      sum += excess === 0 ? 1 : exp(-excess / (2 * variance));
    }
    result.probability[i] = 1 / sum;
  }
  return result;
}

/** Only the clusters of all rows. O(nkd). */
export function nearestLabels(centroids: readonly (readonly number[])[], points: Points, kernel: Kernel = plainKernel): Int32Array {
  const labels = new Int32Array(points.rows);
  kernel.labels(points, 0, points.rows, padCentroids(centroids, points.stride), centroids.length, labels);
  return labels;
}
