import type { CoMoments } from '../linalg/covariance';
import type { Values } from '../linalg/matrix-view';
import type { Merges } from './hierarchical/chain';
import type { MixtureKernel } from './mixture/kernel';
import type { RandomStream } from '../linalg/random-stream';
import type { Points } from './points';
import type { ClusterSums } from './sums';

/** Name of the plain kernel, part of every stage key: raised whenever one of its numbers changes. */
export const KERNEL_VERSION = 'typescript-f64/1';

/** Buffers of one Lloyd run, made once and used again for every restart of the same size. */
export interface Workspace {
  /** Cluster of each row. */
  readonly labels: Int32Array;
  /** Upper bound of the distance to the own centroid. */
  readonly upper: Float64Array;
  /** Lower bound of the distance to the second-nearest centroid. */
  readonly lower: Float64Array;
  /** Squared distances from each row to the nearest seed so far. */
  readonly closest: Float64Array;
  /** Squared distances from each row to each seed on trial, one after the other. */
  readonly trials: Float64Array;
}

export interface LloydOutcome {
  readonly iterations: number;
  /** False where `maxIterations` was reached first. */
  readonly converged: boolean;
}

/** Where `nearest` writes, per row of the range, from index 0. */
export interface NearestOut {
  readonly labels: Int32Array;
  /** Squared distance to the nearest centroid. */
  readonly own: Float64Array;
  /** The second-nearest centroid, −1 where k = 1. */
  readonly runnerUp?: Int32Array;
  /** Squared distance to it, Infinity where k = 1. */
  readonly second?: Float64Array;
}

/** One step of Lloyd's iteration over some of the rows, whose state stays between steps. Arrays are valid until the next call of the kernel. */
export interface LloydShard {
  /** Compare every row with every centroid (k x stride) and move those whose nearest has changed; returns how many. */
  assign(centroids: Float64Array): number;
  /** Cluster of each row of the shard, −1 before the first step. */
  readonly labels: Int32Array;
  readonly totals: ClusterSums;
  /** Go on from the labels and totals that another thread left. */
  adopt(labels: Int32Array, totals: ClusterSums): void;
}

/**
 * The inner loops, in one place so that an implementation in another technique can take over. Implementations agree to rounding,
 * each is deterministic by itself, and its `name` is part of what decides a result. An implementation may keep a copy of the points of one call
 * for the next one: the values of points are not changed once a kernel has seen them.
 */
export interface Kernel {
  readonly name: string;
  /**
   * Greedy k-means++: k rows of `points` as the first centroids (k x stride, overwritten). `weights` as for `lloyd`. The workspace has room for `trialsOf(k)` trials.
   */
  seed(points: Points, weights: Float64Array | null, centroids: Float64Array, k: number, random: RandomStream, workspace: Workspace): void;
  /**
   * Lloyd's iteration until no row changes its cluster. `centroids` (k x stride) is read and overwritten; `workspace.labels` holds
   * the labels afterwards. `weights` are whole numbers >= 1, or null for 1 each. An empty cluster takes over the row farthest from its centroid.
   */
  lloyd(
    points: Points,
    weights: Float64Array | null,
    centroids: Float64Array,
    k: number,
    maxIterations: number,
    workspace: Workspace,
  ): LloydOutcome;
  /** Lloyd's iteration over rows [from, to), step by step; `from` is a multiple of eight. All open shards of a kernel are of the same points. */
  openShard(points: Points, from: number, to: number, k: number): LloydShard;
  /** Nearest and second-nearest centroid of rows [from, to); the lower index wins a tie. */
  nearest(points: Points, from: number, to: number, centroids: Float64Array, k: number, out: NearestOut): void;
  /** Only the nearest centroid of rows [from, to), written from index 0; the lower index wins a tie. */
  labels(points: Points, from: number, to: number, centroids: Float64Array, k: number, out: Int32Array): void;
  /**
   * For each of some rows: sums of Euclidean distances to the members of each group, `out[i * groups + g]` for `rows[i]`. Rows of group g
   * are `starts[g] .. starts[g + 1] − 1`.
   *
   * @param errors By how much each of these distances from `rows[i]` may be off where coordinates have been rounded; 0 where they have not.
   */
  groupDistanceSums(points: Points, starts: Int32Array, rows: Int32Array, out: Float64Array, errors: Float64Array): void;
  /** Ward's merges of rows by means and weights (whole numbers >= 1, or null for 1 each), with squared distances; the same bits in every implementation. */
  wardMerges(points: Points, weights: Float64Array | null): Merges;
  /** Means and sample covariance of the columns. `INSUFFICIENT_DATA` below two rows. */
  coMoments(x: Values): CoMoments;
  /** EM of Gaussian mixtures, and their densities. */
  readonly mixture: MixtureKernel;
}

/** Buffers for runs of up to `rows` rows and `trials` seeds on trial. */
export const createWorkspace = (rows: number, trials = 0): Workspace => ({
  labels: new Int32Array(rows),
  upper: new Float64Array(rows),
  lower: new Float64Array(rows),
  closest: new Float64Array(rows),
  trials: new Float64Array(rows * trials),
});
