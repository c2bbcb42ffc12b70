import type { Merges } from './chain';
import type { Dendrogram } from './types';

/**
 * The merges by height (in the order found where heights are equal), with the ids of the clusters as they then are. Where rounding has put a merge
 * below one it was made from, the two change places: the tree stays a tree and the heights never fall.
 *
 * @param heights Height of each merge, in the order found.
 * @param weights Of the leaves, or null for 1 each.
 *
 * O(n log n).
 */
export function orderMerges(
  leaves: number,
  { first, second }: Omit<Merges, 'distances'>,
  heights: Float64Array,
  weights: Float64Array | null,
): Dendrogram {
  const count = heights.length;
  const order = Int32Array.from({ length: count }, (_, m) => m).sort((a, b) => heights[a] - heights[b] || a - b);
  const result = {
    leaves,
    left: new Int32Array(count),
    right: new Int32Array(count),
    heights: Float64Array.from(order, (m) => heights[m]),
    sizes: new Float64Array(count),
  };
  const parent = Int32Array.from({ length: 2 * leaves - 1 }, (_, id) => id);
  const sizeOf = (id: number): number =>
    id < leaves ? (weights === null ? 1 : weights[id]) : result.sizes[id - leaves];
  for (let i = 0; i < count; i++) {
    const a = rootOf(parent, first[order[i]]);
    const b = rootOf(parent, second[order[i]]);
    result.left[i] = a < b ? a : b;
    result.right[i] = a < b ? b : a;
    result.sizes[i] = sizeOf(a) + sizeOf(b);
    parent[a] = leaves + i;
    parent[b] = leaves + i;
  }
  return result;
}

/** The cluster an id is in now; halves the path on the way. */
function rootOf(parent: Int32Array, id: number): number {
  let at = id;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]];
    at = parent[at];
  }
  return at;
}
