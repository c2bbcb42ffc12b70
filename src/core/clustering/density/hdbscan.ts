import { PipelineError } from '../../../contracts/errors';
import type { Points } from '../points';
import { requireCount, requireFinitePoints } from './checks';
import { condenseTree, type CondensedTree } from './condensed-tree';
import { coreDistances } from './core-distances';
import { canonicalLabels } from '../canonical';
import { selectClusters } from './select-clusters';
import { singleLinkage } from './single-linkage';
import { spanningTree } from './spanning-tree';
import type { ClusterSelection, HdbscanFit } from './types';

export interface HdbscanOptions {
  /** Rows of the smallest group that counts as a cluster, at least 2. */
  readonly minClusterSize: number;
  /** Neighbours that make a row dense, itself included; at least 1. */
  readonly minSamples: number;
  readonly selection?: ClusterSelection;
}

/**
 * HDBSCAN: clusters of whatever shape and density, found as the parts of the density hierarchy that last longest; the rest is noise. Parameters mean
 * what they mean in scikit-learn, with `allow_single_cluster` false: too few rows for two clusters or for `minSamples` give k = 0.
 *
 * @param points Scaled features, n x d.
 * @throws PipelineError `CONFIG_INVALID` for parameters out of range; `NOT_FINITE` where a value, or a distance between rows, is not finite.
 *
 * O(n²d) time, O(nd) memory. Campello, Moulavi and Sander, PAKDD 2013; McInnes and Healy, ICDM Workshops 2017.
 */
export function hdbscan(points: Points, { minClusterSize, minSamples, selection = 'eom' }: HdbscanOptions): HdbscanFit {
  requireCount('minClusterSize', minClusterSize, 2);
  requireCount('minSamples', minSamples, 1);
  requireFinitePoints(points);
  if (points.rows < 2 * minClusterSize || points.rows < minSamples) return nothingFound(points.rows);
  const core = coreDistances(points, minSamples);
  const edges = spanningTree(points, core);
  if (edges.length.includes(Infinity))
    throw new PipelineError('NOT_FINITE', 'distances between rows are too large for a number: scale the columns');
  return fitOf(condenseTree(singleLinkage(edges), minClusterSize), core, selection);
}

function nothingFound(rows: number): HdbscanFit {
  const none = new Float64Array(0);
  return {
    k: 0,
    labels: new Int32Array(rows).fill(-1),
    probabilities: new Float64Array(rows),
    sizes: [],
    clusterPersistence: [],
    noiseShare: rows === 0 ? 0 : 1,
    coreDistances: none,
    exitDistances: none,
    birthDistances: none,
    coreExits: none,
  };
}

function fitOf(tree: CondensedTree, core: Float64Array, selection: ClusterSelection): HdbscanFit {
  const { parent, birth, size, exitCluster, exit } = tree;
  const rows = core.length;
  const { clusters, within, stability } = selectClusters(tree, selection);
  const k = clusters.length;
  if (k === 0) return nothingFound(rows);
  const { labels, sizes, order, noiseShare } = canonicalLabels(
    exitCluster.map((cluster) => within[cluster]),
    k,
  );
  // The last that happens to a cluster itself, whether a row leaves it or it splits.
  const last = new Float64Array(parent.length).fill(Infinity);
  for (let i = 0; i < rows; i++) last[exitCluster[i]] = Math.min(last[exitCluster[i]], exit[i]);
  for (let c = 1; c < parent.length; c++) last[parent[c]] = Math.min(last[parent[c]], birth[c]);
  const chosen = Array.from(order, (s) => clusters[s]);
  const coreExits = Float64Array.from(chosen, (c) => last[c]);
  const closest = exit.reduce((least, at) => (at > 0 && at < least ? at : least), Infinity);
  return {
    k,
    labels,
    probabilities: Float64Array.from(labels, (label, i) => membership(label, exit[i], coreExits)),
    sizes,
    clusterPersistence: chosen.map((c) => persistence(stability[c], size[c], closest)),
    noiseShare,
    coreDistances: core,
    exitDistances: exit,
    birthDistances: Float64Array.from(chosen, (c) => birth[c]),
    coreExits,
  };
}

/**
 * How strongly a row that leaves at this distance belongs to its cluster: its density as a share of the density at which the cluster itself ends,
 * at most 1; 0 for noise.
 */
export function membership(label: number, exit: number, coreExits: ArrayLike<number>): number {
  if (label < 0) return 0;
  return exit <= coreExits[label] ? 1 : coreExits[label] / exit;
}

/** Excess of mass as a share of the most that so many rows could have, were they to last until the densest rows of all leave. */
const persistence = (stability: number, size: number, closest: number): number =>
  Number.isFinite(stability) ? Math.min(1, (stability * closest) / size) : 1;
