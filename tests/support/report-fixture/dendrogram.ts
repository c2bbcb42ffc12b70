import type { DendrogramView } from '../../../src/contracts/dendrogram';
import type { Dendrogram } from '../../../src/core/clustering/hierarchical/types';
import { dendrogramView } from '../../../src/core/clustering/hierarchical/dendrogram-view';
import { stream } from './numbers';

const LEAVES = 120;

/** The top of a made-up tree of 120 small groups of customers, cut into k: neighbours are joined first, groups last. */
export function dendrogramOf(k: number): DendrogramView {
  const next = stream(17);
  const group = (leaf: number): number => Math.min(k - 1, Math.floor((leaf / LEAVES) * k));
  const weights = Float64Array.from({ length: LEAVES }, () => 10 + Math.round(next() * 30));
  const open = Array.from({ length: LEAVES }, (_, id) => ({ id, group: group(id), size: weights[id] }));
  const left = new Int32Array(LEAVES - 1);
  const right = new Int32Array(LEAVES - 1);
  const heights = new Float64Array(LEAVES - 1);
  const sizes = new Float64Array(LEAVES - 1);
  for (let i = 0, height = 0.4; i < LEAVES - 1; i++) {
    const within = i < LEAVES - k;
    let at = Math.floor(next() * (open.length - 1));
    while (within && open[at].group !== open[at + 1].group) at = (at + 1) % (open.length - 1);
    const [a, b] = open.splice(at, 2);
    height += within ? 0.06 + next() * 0.06 : 4 + next() * 5;
    left[i] = a.id;
    right[i] = b.id;
    heights[i] = height;
    sizes[i] = a.size + b.size;
    open.splice(at, 0, { id: LEAVES + i, group: a.group, size: sizes[i] });
  }
  const tree: Dendrogram = { leaves: LEAVES, left, right, heights, sizes };
  return dendrogramView(
    tree,
    Int32Array.from({ length: LEAVES }, (_, leaf) => group(leaf)),
    weights,
  );
}
