/** What the stored model says of each row. */
export interface Assignments {
  /** −1 for a row that belongs to no cluster. */
  readonly cluster: Int32Array;
  /** Euclidean distance to the mean of the own cluster, scaled units; to the nearest mean where a row belongs to none. */
  readonly distance: Float64Array;
  /** The second-best cluster, −1 where there is none. */
  readonly runnerUp: Int32Array;
  /**
   * How clearly the own cluster wins over the runner-up, >= 0: difference of the squared distances to the centroids; for a mixture twice the
   * log odds, which is the same for equal spherical components of unit variance; for a density difference of squared mutual reachability distances. 0 for a row that belongs to none.
   */
  readonly margin: Float64Array;
  /** Of the own cluster, in (0, 1]; 0 for a row that belongs to none. */
  readonly probability: Float64Array;
}
