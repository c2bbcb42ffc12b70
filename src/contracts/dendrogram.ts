/** A leaf of the truncated tree: a row, or all that was merged below what is shown. */
export interface Branch {
  /** Rows, or their weight. */
  readonly size: number;
  /** Height of the highest merge within it; 0 for a single row. */
  readonly height: number;
  /** Cluster of the cut it belongs to. */
  readonly cluster: number;
}

/** A merge that is shown. Positions count branches from the left, 0, 1, ... */
export interface Join {
  readonly height: number;
  /** Position: midway between those of the two it joins. */
  readonly x: number;
  /** The two it joins, the heavier on the left. */
  readonly left: { readonly x: number; readonly height: number };
  readonly right: { readonly x: number; readonly height: number };
  /** First and last branch below it. */
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** Clusters that are left after it. */
  readonly clusters: number;
  /** Cluster of the cut it lies within; null above the cut. */
  readonly cluster: number | null;
}

/** The top of a dendrogram, as plain data for a picture and its table. */
export interface DendrogramView {
  /** From left to right. */
  readonly branches: readonly Branch[];
  /** Lowest first; one fewer than branches. */
  readonly joins: readonly Join[];
  readonly cut: {
    readonly k: number;
    /** Midway between the last merge that was made and the first that was not; null where k = 1. */
    readonly height: number | null;
  };
  /** Leaves of the whole tree: rows, or micro-clusters of rows. */
  readonly leaves: number;
  /** Rows below the tree, or their weight. */
  readonly size: number;
}
