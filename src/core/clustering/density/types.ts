/** How clusters are chosen from the condensed tree: most excess of mass, or the leaves, which are finer and more alike. */
export type ClusterSelection = 'eom' | 'leaf';

/** What a density-based method found. No cluster at all is a result: k = 0, every row noise. */
export interface DensityFit {
  readonly k: number;
  /** Cluster of each row in canonical order (size descending, then smallest row), −1 for noise. */
  readonly labels: Int32Array;
  /** How strongly each row belongs to its cluster, 0 to 1; 0 for noise. */
  readonly probabilities: Float64Array;
  /** Rows per cluster. */
  readonly sizes: readonly number[];
  /** One per cluster, 0 to 1: how much of the range of densities it lasts over. Empty for DBSCAN, which looks at one density only. */
  readonly clusterPersistence: readonly number[];
  /** Rows that belong to no cluster, as a share of all rows; 0 where there are no rows. */
  readonly noiseShare: number;
}

/** A fit of HDBSCAN. All distances are mutual reachability distances; a density is the reciprocal of one. */
export interface HdbscanFit extends DensityFit {
  /** Distance of each row to its `minSamples`-th neighbour, the row itself counted; empty where k = 0. */
  readonly coreDistances: Float64Array;
  /** Distance at which each row leaves its cluster, or a cluster that was not selected; empty where k = 0. */
  readonly exitDistances: Float64Array;
  /** Distance at which each cluster splits from the rest: its rows were connected below it. Length k. */
  readonly birthDistances: Float64Array;
  /** Smallest distance at which rows leave each cluster itself: those still in it then belong to it with probability 1. Length k. */
  readonly coreExits: Float64Array;
}

/** A fit of DBSCAN. */
export interface DbscanFit extends DensityFit {
  /** Rows with at least `minSamples` rows within eps, ascending. */
  readonly core: Int32Array;
}
