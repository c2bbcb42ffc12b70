import { PipelineError } from '../../../contracts/errors';
import { canonicalOrder } from '../canonical';
import type { Dendrogram } from './types';

/**
 * Clusters that are left before the last k − 1 merges, in canonical order (size descending, then smallest row). Cuts are nested: every cluster of a
 * cut lies within one cluster of each cut with fewer. Where heights tie, the order of the merges decides.
 *
 * @param weights Of the rows, for the order of the labels; null for 1 each.
 * @returns Label of each row, 0..k−1, none empty.
 * @throws PipelineError `INSUFFICIENT_DATA` unless 1 <= k <= n.
 *
 * O(n).
 */
export const cut = (dendrogram: Dendrogram, k: number, weights: Float64Array | null = null): Int32Array =>
  cuts(dendrogram, [k], weights)[0];

/** The same for several numbers of clusters, one labelling for each, in their order. O(n) each. */
export function cuts(dendrogram: Dendrogram, ks: readonly number[], weights: Float64Array | null = null): Int32Array[] {
  const { leaves } = dendrogram;
  requireCuts(ks, leaves);
  const parents = parentsOf(dendrogram);
  return ks.map((k) => canonical(clustersBelow(parents, leaves, k), k, weights));
}

/** `INSUFFICIENT_DATA` unless 1 <= k <= rows for each k. */
export function requireCuts(ks: readonly number[], rows: number): void {
  for (const k of ks) {
    if (!(Number.isInteger(k) && k >= 1 && k <= rows))
      throw new PipelineError('INSUFFICIENT_DATA', `a cut needs 1 <= k <= rows, got k=${k} and ${rows} rows`, {
        k,
        rows,
      });
  }
}

/** The cluster each id was merged into; that of the last is itself. */
function parentsOf({ leaves, left, right }: Dendrogram): Int32Array {
  const parents = new Int32Array(2 * leaves - 1);
  parents[2 * leaves - 2] = 2 * leaves - 2;
  for (let i = 0; i < leaves - 1; i++) {
    parents[left[i]] = leaves + i;
    parents[right[i]] = leaves + i;
  }
  return parents;
}

/** Label of each row before the last k − 1 merges, numbered as they are met from the top. */
function clustersBelow(parents: Int32Array, leaves: number, k: number): Int32Array {
  const firstUndone = 2 * leaves - k;
  const labels = new Int32Array(parents.length);
  let next = 0;
  for (let id = Math.min(parents.length, firstUndone) - 1; id >= 0; id--) {
    const parent = parents[id];
    labels[id] = parent >= firstUndone || parent === id ? next++ : labels[parent];
  }
  return labels.subarray(0, leaves);
}

/** Labels 0..k−1, none empty, renamed into canonical order. */
export function canonical(labels: Int32Array, k: number, weights: Float64Array | null): Int32Array {
  const renamed = new Int32Array(k);
  canonicalOrder(labels, k, weights).forEach((from, to) => (renamed[from] = to));
  return labels.map((label) => renamed[label]);
}
