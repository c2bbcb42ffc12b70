import type { SpanningTree } from './spanning-tree';

/** A binary hierarchy of n rows: merge m joins two nodes into node n + m; nodes 0..n−1 are the rows, the last merge is the root. */
export interface SingleLinkage {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Mutual reachability distance of the merge, ascending. */
  readonly distance: Float64Array;
  /** Squared Euclidean distance of the merge, ascending among those at one distance. */
  readonly squared: Float64Array;
  /** Rows below the merge. */
  readonly size: Int32Array;
}

/**
 * Single linkage from a spanning tree: its edges from short to long, each joining the two groups it connects. The order of merges with both
 * distances equal says nothing; see `condenseTree`.
 *
 * O(n log n). Gower and Ross, Applied Statistics 18(1), 1969; union-find after Tarjan, Journal of the ACM 22(2), 1975.
 */
export function singleLinkage({ from, to, length, squared }: SpanningTree): SingleLinkage {
  const merges = length.length;
  const rows = merges + 1;
  const order = Int32Array.from({ length: merges }, (_, e) => e).sort(
    (a, b) => length[a] - length[b] || squared[a] - squared[b] || a - b,
  );
  const left = new Int32Array(merges);
  const right = new Int32Array(merges);
  const size = new Int32Array(merges);
  // The node each node is part of; a root points at itself.
  const above = Int32Array.from({ length: rows + merges }, (_, node) => node);
  const rootOf = (row: number): number => {
    let node = row;
    while (above[node] !== node) {
      above[node] = above[above[node]];
      node = above[node];
    }
    return node;
  };
  const sizeOf = (node: number): number => (node < rows ? 1 : size[node - rows]);
  order.forEach((edge, m) => {
    left[m] = rootOf(from[edge]);
    right[m] = rootOf(to[edge]);
    size[m] = sizeOf(left[m]) + sizeOf(right[m]);
    above[left[m]] = above[right[m]] = rows + m;
  });
  return {
    left,
    right,
    distance: Float64Array.from(order, (edge) => length[edge]),
    squared: Float64Array.from(order, (edge) => squared[edge]),
    size,
  };
}
