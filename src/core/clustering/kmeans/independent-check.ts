import type { IndependentCheck } from '../../../contracts/selection';
import { clusterMoments, type ClusterMoments } from './deviations';
import { squaredDistance } from '../distance';
import { padCentroids, type Points } from '../points';
import { sampleMeanBound } from './sample-mean';

/** The second implementation, as pinned in package.json. */
export const IMPLEMENTATION = 'ml-kmeans 7.0.1';

/** Rows the check is made on, at most. */
export const CHECK_ROWS = 5000;
/** Squared distances this close are a tie. */
const TIE = 1e-9;
/** How far the means of the same rows may lie apart, relative where they are above 1: rounding. */
const SAME_MEAN = 1e-9;
/** How far a centroid may lie from the mean of all its rows, in standard deviations of the column. */
export const MOVE_OF_ALL = 1e-3;
/** Moves below this are rounding, whatever the unit. */
const SMALLEST_UNIT = 1e-9;

export interface CheckPayload {
  /** What is checked, for people. */
  readonly of: string;
  /** All rows, or a bottom-k sample of `CHECK_ROWS`. */
  readonly points: Points;
  /** Published centroids, k x d. */
  readonly centroids: readonly (readonly number[])[];
  /** Our cluster of each row of `points`. */
  readonly clusters: Int32Array;
  /** Standard deviation of each column over all customers (d). */
  readonly columnSd: readonly number[];
  /** Each cluster over all customers. */
  readonly moments: ClusterMoments;
}

/** One step of the other implementation. */
export interface OtherStep {
  readonly clusters: readonly number[];
  readonly centroids: readonly (readonly number[])[];
}

/**
 * Ask a second implementation about a published k-means solution. One step of it, started from our centroids, must assign every row as we
 * do (ties aside), must find the means that we find for the same rows, and must leave the centroids where they are: exactly where it saw
 * all rows, within `sampleMeanBound` where it saw a sample. Our own means of all customers must be the centroids in either case.
 *
 * A disagreement is a result here (`passed: false`), not an error. O(nkd). Why so: docs/decisions/0003-independent-check.md.
 */
export async function independentCheckTask(payload: CheckPayload): Promise<IndependentCheck> {
  const { points, centroids } = payload;
  const { cols, stride, values } = points;
  const rows = Array.from({ length: points.rows }, (_, i) =>
    Array.from(values.subarray(i * stride, i * stride + cols)),
  );
  const start = centroids.map((centroid) => [...centroid]);
  const { kmeans } = await import('ml-kmeans');
  return judge(payload, kmeans(rows, start.length, { initialization: start, maxIterations: 1 }));
}

/** What to say of the other implementation's step. */
export function judge(payload: CheckPayload, theirs: OtherStep): IndependentCheck {
  const { points, centroids } = payload;
  // Under their assignment, so that a tie does not count twice.
  const seen = clusterMoments(points, theirs.clusters, centroids.length);
  const { disagreements, ties } = compareAssignments(payload, theirs.clusters);
  const stepDifference = differenceOf(theirs.centroids, seen);
  const ownMove = ownMoveOf(payload);
  const { largestMove, allowedMove } = worstMove(payload, theirs.centroids, seen.sizes);
  return {
    implementation: IMPLEMENTATION,
    of: payload.of,
    rows: points.rows,
    disagreements,
    ties,
    largestMove,
    allowedMove,
    stepDifference,
    ownMove,
    passed: disagreements === 0 && stepDifference <= SAME_MEAN && ownMove <= MOVE_OF_ALL && largestMove <= allowedMove,
  };
}

function compareAssignments(
  { points, centroids, clusters }: CheckPayload,
  theirs: readonly number[],
): { readonly disagreements: number; readonly ties: number } {
  const { stride, values } = points;
  const padded = padCentroids(centroids, stride);
  const squared = (i: number, cluster: number): number =>
    squaredDistance(values, i * stride, padded, cluster * stride, stride);
  let disagreements = 0;
  let ties = 0;
  theirs.forEach((cluster, i) => {
    if (cluster === clusters[i]) return;
    if (Math.abs(squared(i, cluster) - squared(i, clusters[i])) <= TIE) ties++;
    else disagreements++;
  });
  return { disagreements, ties };
}

/** Every cluster and column that has rows; ml-kmeans leaves the centroid of a cluster without rows in place. */
function* cellsOf(sizes: readonly number[], cols: number): Generator<readonly [number, number]> {
  for (let c = 0; c < sizes.length; c++) {
    if (sizes[c] > 0) for (let j = 0; j < cols; j++) yield [c, j];
  }
}

function differenceOf(theirs: readonly (readonly number[])[], { sizes, means }: ClusterMoments): number {
  let largest = 0;
  for (const [c, j] of cellsOf(sizes, means[0].length)) {
    const ours = means[c][j];
    largest = Math.max(largest, Math.abs(theirs[c][j] - ours) / Math.max(1, Math.abs(ours)));
  }
  return largest;
}

const unitOf = ({ columnSd }: CheckPayload, column: number): number => Math.max(columnSd[column], SMALLEST_UNIT);

function ownMoveOf(payload: CheckPayload): number {
  const { centroids, moments } = payload;
  let largest = 0;
  for (const [c, j] of cellsOf(moments.sizes, payload.columnSd.length))
    largest = Math.max(largest, Math.abs(moments.means[c][j] - centroids[c][j]) / unitOf(payload, j));
  return largest;
}

/** The move that comes closest to its bound or goes farthest beyond it, with that bound, both in standard deviations of the column. */
function worstMove(
  payload: CheckPayload,
  moved: readonly (readonly number[])[],
  drawn: readonly number[],
): { readonly largestMove: number; readonly allowedMove: number } {
  const { centroids, moments, columnSd } = payload;
  const comparisons = centroids.length * columnSd.length;
  let worst = { largestMove: 0, allowedMove: MOVE_OF_ALL };
  for (const [c, j] of cellsOf(drawn, columnSd.length)) {
    const population = { size: moments.sizes[c], sd: moments.sd[c][j], reach: moments.reach[c][j] };
    const allowedMove = MOVE_OF_ALL + sampleMeanBound(population, drawn[c], comparisons) / unitOf(payload, j);
    const largestMove = Math.abs(moved[c][j] - centroids[c][j]) / unitOf(payload, j);
    if (largestMove / allowedMove > worst.largestMove / worst.allowedMove) worst = { largestMove, allowedMove };
  }
  return worst;
}
