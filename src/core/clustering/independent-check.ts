import type { IndependentCheck } from '../../contracts/selection';
import { squaredDistance } from './distance';
import { padCentroids, type Points } from './points';

/** The second implementation, as pinned in package.json. */
export const IMPLEMENTATION = 'ml-kmeans 7.0.1';

/** Rows the check is made on, at most. */
export const CHECK_ROWS = 5000;
/** Squared distances this close are a tie. */
const TIE = 1e-9;
/** Where all rows are checked: how far a centroid may move, in standard deviations of the column. */
const MOVE_OF_ALL = 1e-3;
/** On a sample: how far, in standard errors of the cluster's mean. */
const MOVE_OF_SAMPLE = 4;
/** Moves below this are rounding, whatever the unit. */
const SMALLEST_UNIT = 1e-9;

export interface CheckPayload {
  /** All rows, or a bottom-k sample of `CHECK_ROWS`. */
  readonly points: Points;
  /** Published centroids, k x d. */
  readonly centroids: readonly (readonly number[])[];
  /** Our cluster of each row of `points`. */
  readonly clusters: Int32Array;
  /** Whether `points` are a sample. */
  readonly sampled: boolean;
  /** Standard deviation of each column over all customers (d). */
  readonly columnSd: readonly number[];
  /** Standard deviation of each column inside each cluster, over all customers (k x d). */
  readonly clusterSd: readonly (readonly number[])[];
}

/**
 * Ask a second implementation about a published k-means solution: one step of it, started from our centroids, must assign every row as we
 * do (ties aside) and leave the centroids where they are. `largestMove` and `allowedMove` are in standard deviations of the column where all rows
 * are checked, in standard errors of the cluster's mean on a sample.
 *
 * A disagreement is a result here (`passed: false`), not an error. O(nkd).
 */
export async function independentCheckTask(payload: CheckPayload): Promise<IndependentCheck> {
  const { points, centroids, clusters, sampled } = payload;
  const { cols, stride, values } = points;
  const rows = Array.from({ length: points.rows }, (_, i) =>
    Array.from(values.subarray(i * stride, i * stride + cols)),
  );
  const start = centroids.map((centroid) => [...centroid]);
  const { kmeans } = await import('ml-kmeans');
  const theirs = kmeans(rows, start.length, { initialization: start, maxIterations: 1 });
  const padded = padCentroids(centroids, stride);
  let disagreements = 0;
  let ties = 0;
  theirs.clusters.forEach((cluster, i) => {
    if (cluster === clusters[i]) return;
    const difference =
      squaredDistance(values, i * stride, padded, cluster * stride, stride) -
      squaredDistance(values, i * stride, padded, clusters[i] * stride, stride);
    if (Math.abs(difference) <= TIE) ties++;
    else disagreements++;
  });
  const largestMove = largestMoveOf(payload, theirs.centroids);
  const allowedMove = sampled ? MOVE_OF_SAMPLE : MOVE_OF_ALL;
  return {
    implementation: IMPLEMENTATION,
    rows: points.rows,
    disagreements,
    ties,
    largestMove,
    allowedMove,
    passed: disagreements === 0 && largestMove <= allowedMove,
  };
}

function largestMoveOf(
  { centroids, clusters, sampled, columnSd, clusterSd }: CheckPayload,
  moved: readonly (readonly number[])[],
): number {
  const members = new Float64Array(centroids.length);
  for (const cluster of clusters) members[cluster]++;
  let largest = 0;
  centroids.forEach((centroid, c) => {
    // ml-kmeans leaves the centroid of a cluster without rows in place.
    if (members[c] === 0) return;
    centroid.forEach((value, j) => {
      const unit = sampled ? clusterSd[c][j] / Math.sqrt(members[c]) : columnSd[j];
      largest = Math.max(largest, Math.abs(moved[c][j] - value) / Math.max(unit, SMALLEST_UNIT));
    });
  });
  return largest;
}
