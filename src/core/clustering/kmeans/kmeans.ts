import { PipelineError } from '../../../contracts/errors';
import { reduceBlocks } from '../../linalg/blocks';
import { RandomStream, type StreamAddress } from '../../linalg/random-stream';
import { canonicalOrder, reorderCentroids } from '../canonical';
import { squaredDistance } from '../distance';
import { createWorkspace, type Kernel, type LloydOutcome, type Workspace } from '../kernel';
import { plainKernel } from '../plain-kernel';
import type { Points } from '../points';
import { trialsOf } from './seeding';

export const MAX_ITERATIONS = 300;

/** Squared distance below which two centroids count as the same. */
const SAME_CENTROID = 1e-18;

/** One restart, before it is made canonical. */
export interface Restart extends LloydOutcome {
  readonly inertia: number;
  /** k x stride. */
  readonly centroids: Float64Array;
}

/** A finished solution; labels in canonical order (size descending, then smallest row index). */
export interface KMeansFit extends LloydOutcome {
  readonly k: number;
  /** k x stride. */
  readonly centroids: Float64Array;
  readonly labels: Int32Array;
  /** Rows per cluster, or weight. */
  readonly sizes: readonly number[];
  /** Sum of (weighted) squared distances to the own centroid. */
  readonly inertia: number;
  /** Two clusters share a centroid or a cluster is empty: there are fewer distinct rows than clusters. */
  readonly duplicates: boolean;
}

/** `INSUFFICIENT_DATA` unless 1 <= k <= rows. */
export function requireRows(rows: number, k: number): void {
  if (!(k >= 1 && k <= rows))
    throw new PipelineError('INSUFFICIENT_DATA', `k-means needs 1 <= k <= rows, got k=${k} and ${rows} rows`, {
      k,
      rows,
    });
}

/** Seed and iterate once, from one random stream. The workspace's labels hold the (not yet canonical) labels afterwards. */
export function runRestart(
  points: Points,
  weights: Float64Array | null,
  k: number,
  address: StreamAddress,
  workspace: Workspace,
  kernel: Kernel = plainKernel,
): Restart {
  requireRows(points.rows, k);
  const centroids = new Float64Array(k * points.stride);
  kernel.seed(points, weights, centroids, k, new RandomStream(address), workspace);
  const outcome = kernel.lloyd(points, weights, centroids, k, MAX_ITERATIONS, workspace);
  return { ...outcome, centroids, inertia: inertiaOf(points, weights, centroids, workspace.labels) };
}

/** Workspace for restarts with up to `k` clusters. */
export const workspaceFor = (rows: number, k: number): Workspace => createWorkspace(rows, trialsOf(k));

/** Index of the restart with the least inertia; the first of equals. */
export const bestRestart = (inertias: ArrayLike<number>): number => {
  let best = 0;
  for (let r = 1; r < inertias.length; r++) if (inertias[r] < inertias[best]) best = r;
  return best;
};

/**
 * K-means from given centroids to convergence, then exact means over fixed blocks of rows, canonical labels and sizes. The labels are those
 * that `predict` gives with the returned centroids.
 *
 * @param start k x stride; not changed.
 * @throws PipelineError `INSUFFICIENT_DATA` unless 1 <= k <= n.
 */
export function fitFrom(
  points: Points,
  weights: Float64Array | null,
  start: Float64Array,
  k: number,
  kernel: Kernel = plainKernel,
  maxIterations = MAX_ITERATIONS,
): KMeansFit {
  requireRows(points.rows, k);
  const workspace = createWorkspace(points.rows);
  const moved = Float64Array.from(start);
  const outcome = kernel.lloyd(points, weights, moved, k, maxIterations, workspace);
  const means = exactMeans(points, weights, workspace.labels, k, moved);
  let order = canonicalOrder(workspace.labels, k, weights);
  let centroids = reorderCentroids(means, order, points.stride);
  const labels = new Int32Array(points.rows);
  const own = new Float64Array(points.rows);
  // Short of convergence the assignment to the means gives other sizes than the one they were taken from; a tie goes to the lower
  // label, so a new order can move rows once more, but only towards the clusters that went up.
  for (let round = 0; round <= k; round++) {
    kernel.nearest(points, 0, points.rows, centroids, k, { labels, own });
    order = canonicalOrder(labels, k, weights);
    if (order.every((from, to) => from === to)) break;
    centroids = reorderCentroids(centroids, order, points.stride);
  }
  const sizes = new Array<number>(k).fill(0);
  for (let i = 0; i < labels.length; i++) sizes[labels[i]] += weights === null ? 1 : weights[i];
  const inertia = sumInBlocks(own, weights);
  return {
    ...outcome,
    k,
    centroids,
    labels,
    sizes,
    inertia,
    duplicates: sizes.includes(0) || hasSameCentroid(centroids, k, points.stride),
  };
}

/** Restarts on one set of rows and the best of them finished: k-means whole, for moderate n. */
export function kmeans(
  points: Points,
  weights: Float64Array | null,
  k: number,
  restarts: number,
  address: Omit<StreamAddress, 'restart'>,
  kernel: Kernel = plainKernel,
): KMeansFit {
  requireRows(points.rows, k);
  const workspace = workspaceFor(points.rows, k);
  const runs = Array.from({ length: restarts }, (_, restart) =>
    runRestart(points, weights, k, { ...address, restart }, workspace, kernel),
  );
  return fitFrom(points, weights, runs[bestRestart(runs.map((run) => run.inertia))].centroids, k, kernel);
}

/** Means of the rows of each label, summed over fixed blocks; an empty cluster keeps its fallback. */
function exactMeans(
  { rows, stride, values }: Points,
  weights: Float64Array | null,
  labels: Int32Array,
  k: number,
  fallback: Float64Array,
): Float64Array {
  const width = stride + 1;
  const totals = reduceBlocks(rows, k * width, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const t = labels[i] * width;
      const weight = weights === null ? 1 : weights[i];
      for (let j = 0; j < stride; j++) partial[t + j] += weight * values[i * stride + j];
      partial[t + stride] += weight;
    }
  });
  return fallback.map((value, at) => {
    const c = Math.floor(at / stride);
    const weight = totals[c * width + stride];
    return weight > 0 ? totals[c * width + (at % stride)] / weight : value;
  });
}

function inertiaOf(
  { rows, stride, values }: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  labels: Int32Array,
): number {
  return reduceBlocks(rows, 1, (from, to, partial) => {
    for (let i = from; i < to; i++) {
      const d = squaredDistance(values, i * stride, centroids, labels[i] * stride, stride);
      partial[0] += weights === null ? d : weights[i] * d;
    }
  })[0];
}

const sumInBlocks = (own: Float64Array, weights: Float64Array | null): number =>
  reduceBlocks(own.length, 1, (from, to, partial) => {
    for (let i = from; i < to; i++) partial[0] += weights === null ? own[i] : weights[i] * own[i];
  })[0];

/** Whether two of k padded centroids are the same. O(k²d). */
export function hasSameCentroid(centroids: Float64Array, k: number, stride: number): boolean {
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < a; b++)
      if (squaredDistance(centroids, a * stride, centroids, b * stride, stride) <= SAME_CENTROID) return true;
  }
  return false;
}
