import type { Branch, DendrogramView, Join } from '../../../contracts/dendrogram';
import { PipelineError } from '../../../contracts/errors';
import type { Dendrogram } from './types';

export type { Branch, DendrogramView, Join };

/** Branches that can still be told apart in a picture. */
const MAX_BRANCHES = 30;

/**
 * The last merges of a dendrogram, up to about 30 branches (k at least), with true heights and the places to draw them at.
 *
 * @param labels Cluster of each leaf at a cut of this tree into k clusters, by any names 0..k−1.
 * @param weights Of the leaves, or null for 1 each.
 * @throws PipelineError `INSUFFICIENT_DATA` unless there is one label for each leaf.
 *
 * O(n).
 */
export function dendrogramView(
  { leaves, left, right, heights, sizes }: Dendrogram,
  labels: Int32Array,
  weights: Float64Array | null,
  maxBranches = MAX_BRANCHES,
): DendrogramView {
  if (labels.length !== leaves)
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      `a dendrogram of ${leaves} leaves needs as many labels, got ${labels.length}`,
    );
  const k = labels.reduce((most, label) => Math.max(most, label + 1), 1);
  const shown = Math.min(Math.max(maxBranches, k, 1), leaves);
  const firstShown = 2 * leaves - shown;
  const sizeOf = (id: number): number => (id >= leaves ? sizes[id - leaves] : weights === null ? 1 : weights[id]);
  const heightOf = (id: number): number => (id >= leaves ? heights[id - leaves] : 0);
  const clusterOf = (id: number): number => {
    let at = id;
    while (at >= leaves) at = left[at - leaves];
    return labels[at];
  };
  const branches: Branch[] = [];
  const joins: Join[] = [];

  /** Places the tree below an id from left to right; as deep as there are branches. */
  function place(id: number): { x: number; from: number; to: number } {
    if (id < firstShown) {
      const x = branches.push({ size: sizeOf(id), height: heightOf(id), cluster: clusterOf(id) }) - 1;
      return { x, from: x, to: x };
    }
    const pair = [left[id - leaves], right[id - leaves]];
    const [first, second] = sizeOf(pair[1]) > sizeOf(pair[0]) ? pair.reverse() : pair;
    const a = place(first);
    const b = place(second);
    const clusters = 2 * leaves - 1 - id;
    const x = (a.x + b.x) / 2;
    joins.push({
      height: heightOf(id),
      x,
      left: { x: a.x, height: heightOf(first) },
      right: { x: b.x, height: heightOf(second) },
      from: a.from,
      to: b.to,
      size: sizeOf(id),
      clusters,
      cluster: clusters >= k ? clusterOf(id) : null,
    });
    return { x, from: a.from, to: b.to };
  }

  const root = 2 * leaves - 2;
  place(root);
  joins.sort((a, b) => b.clusters - a.clusters);
  const made = k < leaves ? heights[leaves - k - 1] : 0;
  return {
    branches,
    joins,
    cut: { k, height: k > 1 ? (made + heights[leaves - k]) / 2 : null },
    leaves,
    size: sizeOf(root),
  };
}
