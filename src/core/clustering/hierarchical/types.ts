import type { Linkage } from '../../../contracts/algorithms';

export type { Linkage };

/**
 * A binary tree over the rows, as scipy's `linkage` gives it: n − 1 merges, the lowest first. Ids below n are rows (leaves), id n + i is the
 * cluster that merge i makes.
 */
export interface Dendrogram {
  /** n. */
  readonly leaves: number;
  /** Id of the one cluster of each merge, the lower of the two; length n − 1, as are the others. */
  readonly left: Int32Array;
  /** Id of the other. */
  readonly right: Int32Array;
  /**
   * Distance at which they merge, in the unit of the rows, never falling. Ward: sqrt(2 a b / (a + b)) times the distance of the means of clusters of
   * weights a and b, that is sqrt(2 ΔW), ΔW the growth of the within sum of squares. Average: mean distance of a row of one to a row of the
   * other. Complete: the largest such distance.
   */
  readonly heights: Float64Array;
  /** Rows in the new cluster, or their weight. */
  readonly sizes: Float64Array;
}
