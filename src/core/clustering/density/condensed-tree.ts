import type { SingleLinkage } from './single-linkage';

/** The hierarchy without its small branches: cluster 0 holds all rows, a cluster splits into others or loses rows until none is left. */
export interface CondensedTree {
  /** Parent of each cluster, smaller than the cluster itself; −1 for cluster 0. */
  readonly parent: Int32Array;
  /** Distance at which the cluster splits from its parent, no less than any inside it; Infinity for cluster 0. */
  readonly birth: Float64Array;
  /** Rows at its birth. */
  readonly size: Int32Array;
  /** The last cluster each row is in. */
  readonly exitCluster: Int32Array;
  /** Distance at which the row leaves it. */
  readonly exit: Float64Array;
}

/**
 * Walk down the hierarchy: where a cluster falls apart into two or more groups of at least `minClusterSize` rows, those are new clusters; with
 * only one such group it lives on as that group; rows of smaller groups leave it.
 *
 * Edges with both distances equal are removed at once, as the paper says of ties, so a cluster can split into more than two. The result is then a
 * function of the rows alone, not of their order, and identical rows leave the same cluster at the same distance. Implementations that remove one
 * edge after the other differ from this, and from themselves on reordered rows, where many distances are equal.
 *
 * @param minClusterSize At least 2.
 *
 * O(n). Campello, Moulavi and Sander, PAKDD 2013, algorithm 1 and section 3.
 */
export function condenseTree(
  { left, right, distance, squared, size }: SingleLinkage,
  minClusterSize: number,
): CondensedTree {
  const rows = left.length + 1;
  const parent = [-1];
  const birth = [Infinity];
  const sizes = [rows];
  const exitCluster = new Int32Array(rows);
  const exit = new Float64Array(rows);
  const sizeOf = (node: number): number => (node < rows ? 1 : size[node - rows]);

  const isTied = (a: number, b: number): boolean => distance[a] === distance[b] && squared[a] === squared[b];
  /** What a node falls apart into at its own distances. */
  const groupsOf = (node: number): number[] => {
    const groups: number[] = [];
    const open = [node];
    while (open.length > 0) {
      const m = open.pop()! - rows;
      for (const child of [left[m], right[m]]) {
        if (child >= rows && isTied(child - rows, node - rows)) open.push(child);
        else groups.push(child);
      }
    }
    return groups;
  };
  const leave = (group: number, cluster: number, at: number): void => {
    const open = [group];
    while (open.length > 0) {
      const node = open.pop()!;
      if (node >= rows) open.push(left[node - rows], right[node - rows]);
      else {
        exitCluster[node] = cluster;
        exit[node] = at;
      }
    }
  };

  const open: (readonly [node: number, cluster: number])[] = rows > 1 ? [[2 * rows - 2, 0]] : [];
  while (open.length > 0) {
    const [node, cluster] = open.pop()!;
    const at = distance[node - rows];
    const groups = groupsOf(node);
    const large = groups.filter((group) => sizeOf(group) >= minClusterSize);
    for (const group of groups) if (sizeOf(group) < minClusterSize) leave(group, cluster, at);
    if (large.length === 1) open.push([large[0], cluster]);
    else
      for (const group of large) {
        open.push([group, parent.length]);
        parent.push(cluster);
        birth.push(at);
        sizes.push(sizeOf(group));
      }
  }
  return {
    parent: Int32Array.from(parent),
    birth: Float64Array.from(birth),
    size: Int32Array.from(sizes),
    exitCluster,
    exit,
  };
}
