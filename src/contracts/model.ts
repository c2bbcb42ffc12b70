/** How one model column is made from the feature table; fitted on all customers, applied the same way to one row or to all. */
export interface ColumnPreparation {
  /** Name of the model column: the feature's own, or `<whole>_ilr_<i>` for pivot coordinate i (1-based). */
  readonly column: string;
  /** The features it reads: one, or for an isometric log-ratio all parts of the whole in order. */
  readonly from: readonly string[];
  /** `logit` and `ilr` come first, before winsorising; both add the pseudo-count. */
  readonly basis:
    | { readonly kind: 'identity' }
    | { readonly kind: 'logit'; readonly pseudoCount: number }
    | { readonly kind: 'ilr'; readonly pivot: number; readonly pseudoCount: number };
  readonly impute: { readonly method: 'median' | 'mean' | 'zero'; readonly value: number; readonly cells: number };
  /** Winsorising limits on the basis scale; -Infinity/Infinity are written as null. `cells` = cells changed at the fit. */
  readonly winsorise: { readonly lower: number | null; readonly upper: number | null; readonly cells: number };
  /** Chosen by the skewness after winsorising, and stated. */
  readonly transform:
    | { readonly kind: 'none'; readonly skewness: number }
    | { readonly kind: 'log1p'; readonly skewness: number; readonly after: number }
    | { readonly kind: 'yeo-johnson'; readonly lambda: number; readonly skewness: number; readonly after: number };
  readonly scale: { readonly mean: number; readonly sd: number };
}

export interface DroppedColumn {
  readonly column: string;
  readonly reason: 'redundant' | 'near-constant';
  /** For people: "|ρ| = 0.97 with monetary". */
  readonly evidence: string;
}

/** kind `prepare.preprocessing` (JSON): with the centroids it is the model. */
export interface Preprocessing {
  readonly columns: readonly ColumnPreparation[];
  readonly dropped: readonly DroppedColumn[];
  /** Pearson correlation of the prepared columns, row-major d x d. */
  readonly correlation: readonly (readonly number[])[];
  readonly rows: number;
}

/** kind `clustering.model` (JSON): a pure function from a feature row to a cluster; labels in canonical order. */
export interface ClusterModel {
  readonly format: 1;
  readonly algorithm: 'kmeans';
  readonly k: number;
  readonly preprocessing: Preprocessing;
  /** k x d, scaled units, columns as in `preprocessing.columns`. */
  readonly centroids: readonly (readonly number[])[];
  readonly sizes: readonly number[];
  readonly inertia: number;
  readonly seed: number;
}
