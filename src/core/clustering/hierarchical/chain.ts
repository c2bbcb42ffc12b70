import { PipelineError } from '../../../contracts/errors';

/** Clusters that are to be merged, each known by a slot 0..n−1; the slots still in use are live. */
export interface LiveClusters {
  /** n. */
  readonly slots: number;
  /** Distance that `nearest` found last. */
  readonly distance: number;
  /**
   * The live cluster nearest to x: `previous` (−1 for none) if no other is strictly nearer, else the lowest slot of the nearest; −1 if none is at a
   * finite distance.
   */
  nearest(x: number, previous: number): number;
  /** Merge the cluster of slot x into that of slot y, x < y; x is live no longer. */
  merge(x: number, y: number): void;
}

/** Merges in the order in which they were found, which is not that of their heights. */
export interface Merges {
  /** Slots, first[m] < second[m]; the merged cluster keeps the second. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly distances: Float64Array;
}

/**
 * Nearest-neighbour chain: follow nearest neighbours until two are each other's nearest, merge these, go on from the rest of the chain. For
 * reducible linkages (no cluster comes nearer by a merge) it finds the merges that always taking the least distance would.
 * Ties go as in scipy.
 *
 * @throws PipelineError `NOT_FINITE` where distances overflow.
 *
 * At most 3n calls of `nearest`. Murtagh, The Computer Journal 26(4), 1983; Müllner, arXiv:1109.2378, 2011.
 */
export function chainMerges(clusters: LiveClusters): Merges {
  const count = Math.max(clusters.slots - 1, 0);
  const merges: Merges = {
    first: new Int32Array(count),
    second: new Int32Array(count),
    distances: new Float64Array(count),
  };
  const merged = new Uint8Array(clusters.slots);
  const chain = new Int32Array(clusters.slots);
  let length = 0;
  let start = 0;
  for (let m = 0; m < count; m++) {
    if (length === 0) {
      while (merged[start] === 1) start++;
      chain[length++] = start;
    }
    for (;;) {
      const previous = length > 1 ? chain[length - 2] : -1;
      const next = clusters.nearest(chain[length - 1], previous);
      if (next < 0) throw new PipelineError('NOT_FINITE', 'the distances of the rows are too large for a number');
      if (next === previous) break;
      // Only where rounding tells apart what is a tie can the chain meet itself; it goes on from there, at a smaller distance.
      const met = positionIn(chain, length, next);
      if (met < 0) chain[length++] = next;
      else length = met + 1;
    }
    const a = chain[--length];
    const b = chain[--length];
    merges.first[m] = a < b ? a : b;
    merges.second[m] = a < b ? b : a;
    merges.distances[m] = clusters.distance;
    clusters.merge(merges.first[m], merges.second[m]);
    merged[merges.first[m]] = 1;
  }
  return merges;
}

/** Where in the chain a slot is, or −1; from the end, where rounding would put it. */
function positionIn(chain: Int32Array, length: number, slot: number): number {
  let at = length - 1;
  while (at >= 0 && chain[at] !== slot) at--;
  return at;
}
