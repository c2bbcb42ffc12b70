import { RandomStream, type StreamAddress } from '../../linalg/random-stream';
import { canonicalOrder } from '../canonical';
import { clusterMeans } from '../cluster-means';
import { createWorkspace, type Kernel } from '../kernel';
import { workspaceFor } from '../kmeans/kmeans';
import { plainKernel } from '../plain-kernel';
import { pickPoints, type Points } from '../points';
import { MAX_CONDENSED_ROWS } from './condensed';
import { canonical, cuts, requireCuts } from './cut';
import { linkage, requireRows } from './linkage';
import type { Dendrogram, Linkage } from './types';

/** Rows that are linked one by one, at most: a matter of some seconds for Ward, of memory for the others. */
const MAX_LINKED_ROWS: Readonly<Record<Linkage, number>> = {
  ward: 20_000,
  average: MAX_CONDENSED_ROWS,
  complete: MAX_CONDENSED_ROWS,
};
/** Micro-clusters of more rows. */
const MICRO_CLUSTERS = 1000;

/** Rows that the seeds of the micro-clusters are drawn from. */
const SEEDING_ROWS = 10_000;
/** Iterations on these rows, then on all: the groups need to be small and compact, not optimal. */
const SEEDING_ITERATIONS = 8;
const ITERATIONS = 3;

export interface HierarchicalLabels {
  readonly dendrogram: Dendrogram;
  /** Rows that each leaf of the dendrogram stands for, or their weight; null where each leaf is one row of weight 1. */
  readonly leafWeights: Float64Array | null;
  /** Leaf of each row; null where leaf i is row i. */
  readonly leafOf: Int32Array | null;
  /** Cluster of each row for each k, in the order of `ks`; each in canonical order. */
  readonly labels: readonly Int32Array[];
}

export interface HierarchicalOptions {
  readonly linkage: Linkage;
  readonly ks: readonly number[];
  readonly seed: number;
}

/**
 * A dendrogram of all rows and its cuts. More than 10,000 rows (Ward: 20,000) are grouped into 1,000 micro-clusters first; their means, with their
 * weights, are then linked. Ward's distances of means are exact, so that only the lowest merges are k-means' instead of Ward's; for average and
 * complete linkage a distance of means stands for those of the rows.
 *
 * @param weights Whole numbers >= 1, or null for 1 each.
 * @throws PipelineError as `linkage` and `cuts`: `INSUFFICIENT_DATA` unless 1 <= k <= n for each k; `NOT_FINITE`; `CONFIG_INVALID`.
 */
export function hierarchicalLabels(
  points: Points,
  weights: Float64Array | null,
  { linkage: method, ks, seed }: HierarchicalOptions,
  kernel: Kernel = plainKernel,
): HierarchicalLabels {
  if (points.rows <= MAX_LINKED_ROWS[method]) {
    const dendrogram = linkage(points, weights, method, kernel);
    return { dendrogram, leafWeights: weights, leafOf: null, labels: cuts(dendrogram, ks, weights) };
  }
  requireRows(points, weights);
  requireCuts(ks, points.rows);
  const atLeast = Math.max(1, ...ks);
  const count = Math.max(MICRO_CLUSTERS, atLeast);
  const micro = microClusters(points, weights, { count, atLeast, seed }, kernel);
  const dendrogram = linkage(micro.points, micro.weights, method, kernel);
  const labels = cuts(dendrogram, ks, micro.weights).map((ofLeaf, i) =>
    canonical(
      micro.leafOf.map((leaf) => ofLeaf[leaf]),
      ks[i],
      weights,
    ),
  );
  return { dendrogram, leafWeights: micro.weights, leafOf: micro.leafOf, labels };
}

/** Cluster of each leaf of the dendrogram, from that of the rows it stands for. */
export function labelsOfLeaves({ leafOf, dendrogram }: HierarchicalLabels, labels: Int32Array): Int32Array {
  if (leafOf === null) return labels;
  const ofLeaf = new Int32Array(dendrogram.leaves);
  leafOf.forEach((leaf, row) => (ofLeaf[leaf] = labels[row]));
  return ofLeaf;
}

/** Small groups of neighbouring rows, in canonical order: the leaves of a dendrogram of more rows than can be linked. */
export interface MicroClusters {
  /** Mean of each group. */
  readonly points: Points;
  /** Rows of each group, or their weight; none is 0. */
  readonly weights: Float64Array;
  /** Group of each row. */
  readonly leafOf: Int32Array;
}

/**
 * Group rows into at most `count` micro-clusters by a few iterations of k-means. A group that is left without rows is dropped; where the rows have
 * fewer than `atLeast` distinct values, equal rows are parted so that there are as many groups nevertheless.
 *
 * @param weights Whole numbers >= 1, or null for 1 each.
 * @param count At most the number of rows.
 * @param atLeast At most `count`.
 *
 * O(nd count). As the pre-clusters of BIRCH: Zhang, Ramakrishnan and Livny, SIGMOD 1996.
 */
export function microClusters(
  points: Points,
  weights: Float64Array | null,
  { count, atLeast, seed }: { readonly count: number; readonly atLeast: number; readonly seed: number },
  kernel: Kernel = plainKernel,
): MicroClusters {
  const address = { seed, stage: 'selection', use: 'micro-clusters', candidate: count, restart: 0 } as const;
  const centroids = seeds(points, weights, count, address, kernel);
  const workspace = createWorkspace(points.rows);
  kernel.lloyd(points, weights, centroids, count, ITERATIONS, workspace);
  const { labels, k } = inUse(workspace.labels, weights, count, atLeast);
  const sizes = new Float64Array(k);
  labels.forEach((label, i) => (sizes[label] += weights === null ? 1 : weights[i]));
  const means = clusterMeans(points, labels, k, weights);
  return { points: { ...points, rows: k, values: means }, weights: sizes, leafOf: labels };
}

/** Centroids from a sample of the rows, count x stride. */
function seeds(
  points: Points,
  weights: Float64Array | null,
  count: number,
  address: Omit<StreamAddress, 'block'>,
  kernel: Kernel,
): Float64Array {
  const rows = sampleOf(points.rows, Math.max(SEEDING_ROWS, count), new RandomStream({ ...address, block: 1 }));
  const sample = pickPoints(points, rows);
  const drawn = weights === null ? null : Float64Array.from(rows, (row) => weights[row]);
  const centroids = new Float64Array(count * points.stride);
  const workspace = workspaceFor(sample.rows, count);
  kernel.seed(sample, drawn, centroids, count, new RandomStream({ ...address, block: 0 }), workspace);
  kernel.lloyd(sample, drawn, centroids, count, SEEDING_ITERATIONS, workspace);
  return centroids;
}

/** `size` of `rows` rows, ascending, each as likely as the other. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S. */
function sampleOf(rows: number, size: number, random: RandomStream): Int32Array {
  const sample = new Int32Array(Math.min(size, rows));
  for (let row = 0, taken = 0; taken < sample.length; row++) {
    if ((rows - row) * random.uniform() < sample.length - taken) sample[taken++] = row;
  }
  return sample;
}

/** Labels without gaps, in canonical order, at least `atLeast` of them. */
function inUse(
  found: Int32Array,
  weights: Float64Array | null,
  count: number,
  atLeast: number,
): { readonly labels: Int32Array; readonly k: number } {
  const labels = Int32Array.from(found);
  const members = new Int32Array(count);
  for (const label of labels) members[label]++;
  const unused = Array.from(members.keys()).filter((label) => members[label] === 0);
  // So few groups only where the rows have few distinct values: it does not matter which of equal rows are parted.
  for (let row = 0; count - unused.length < atLeast; row++) {
    if (members[labels[row]] === 1) continue;
    members[labels[row]]--;
    labels[row] = unused.shift() ?? 0;
    members[labels[row]]++;
  }
  const renamed = new Int32Array(count);
  canonicalOrder(labels, count, weights).forEach((from, to) => (renamed[from] = to));
  return { labels: labels.map((label) => renamed[label]), k: count - unused.length };
}
