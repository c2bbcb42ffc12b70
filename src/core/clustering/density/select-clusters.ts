import type { CondensedTree } from './condensed-tree';
import type { ClusterSelection } from './types';

/** The clusters of the condensed tree that are the answer. None lies inside another. */
export interface Selected {
  /** Their numbers in the tree, ascending. */
  readonly clusters: readonly number[];
  /** Index in `clusters` of the selected cluster each one of the tree is or lies in, −1 where there is none. */
  readonly within: Int32Array;
  /** Excess of mass of every cluster of the tree; infinite where at least `minClusterSize` rows have the distance 0. */
  readonly stability: Float64Array;
}

/**
 * Excess of mass of every cluster: over its rows, the sum of the densities (1 / distance) at which they leave it or go into a cluster below, less
 * the density of its birth. Added up from the densest row on, so that the order of the rows does not decide between equals. O(n log n).
 */
export function stabilities({ parent, birth, size, exitCluster, exit }: CondensedTree): Float64Array {
  const stability = new Float64Array(parent.length);
  const order = Int32Array.from(exit.keys()).sort((a, b) => exit[a] - exit[b]);
  for (const row of order) stability[exitCluster[row]] += 1 / exit[row] - 1 / birth[exitCluster[row]];
  // A cluster splits once, at one distance.
  const inside = new Int32Array(parent.length);
  const split = new Float64Array(parent.length);
  for (let c = 1; c < parent.length; c++) {
    inside[parent[c]] += size[c];
    split[parent[c]] = birth[c];
  }
  for (let c = 0; c < parent.length; c++) if (inside[c] > 0) stability[c] += (1 / split[c] - 1 / birth[c]) * inside[c];
  return stability;
}

/**
 * The flat clustering with the most excess of mass (a cluster wins over those below it unless they have more together), or the leaves of the tree.
 * Cluster 0, all rows, is never selected, so there can be no cluster at all.
 *
 * O(n log n). Campello, Moulavi and Sander, PAKDD 2013, algorithm 3; McInnes and Healy, ICDM Workshops 2017.
 */
export function selectClusters(tree: CondensedTree, selection: ClusterSelection): Selected {
  const { parent } = tree;
  const count = parent.length;
  const stability = stabilities(tree);
  const wins = new Uint8Array(count);
  const below: number[][] = Array.from({ length: count }, () => []);
  for (let c = count - 1; c > 0; c--) {
    // In ascending order, so that the order of the rows does not decide between equals.
    const inside = below[c].sort((a, b) => a - b).reduce((sum, mass) => sum + mass, 0);
    const own = stability[c] >= inside;
    wins[c] = Number(selection === 'leaf' ? below[c].length === 0 : own);
    below[parent[c]].push(own ? stability[c] : inside);
  }
  const clusters: number[] = [];
  const within = new Int32Array(count).fill(-1);
  for (let c = 1; c < count; c++) {
    within[c] = within[parent[c]];
    if (within[c] < 0 && wins[c] === 1) within[c] = clusters.push(c) - 1;
  }
  return { clusters, within, stability };
}
