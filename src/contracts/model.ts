import type { Algorithm } from './algorithms';
import type { ArtifactRef } from './artifacts';

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

/** The parameters of a Gaussian mixture in scaled units: a posterior is a pure function of them. */
export interface StoredMixture {
  /** EII … VVV. */
  readonly model: string;
  readonly proportions: readonly number[];
  /** k x d. */
  readonly means: readonly (readonly number[])[];
  /** k matrices of d x d. */
  readonly covariances: readonly (readonly (readonly number[])[])[];
}

interface DensityModelBase {
  readonly k: number;
  readonly cols: number;
  /** Cluster means, k x d, scaled units. */
  readonly means: readonly (readonly number[])[];
  /** The rows that assign others, scaled units; none where k = 0, for then nothing is ever assigned. */
  readonly rows: readonly (readonly number[])[];
  /** Cluster of each of the rows, −1 for noise. */
  readonly labels: readonly number[];
}

/** All rows of the fit: they are the density that a new row is measured against. Plain JSON. */
export interface HdbscanModel extends DensityModelBase {
  readonly method: 'hdbscan';
  readonly minClusterSize: number;
  readonly minSamples: number;
  readonly selection: 'eom' | 'leaf';
  /** Of each row; distance to its `minSamples`-th neighbour. */
  readonly coreDistances: readonly number[];
  /** Of each row. */
  readonly exitDistances: readonly number[];
  /** Of each cluster. */
  readonly birthDistances: readonly number[];
  /** Of each cluster. */
  readonly coreExits: readonly number[];
}

/** The core rows of the fit only: they decide alone. Plain JSON. */
export interface DbscanModel extends DensityModelBase {
  readonly method: 'dbscan';
  readonly eps: number;
  readonly minSamples: number;
}

/** What a density is known by: its rows, in scaled units. A row is assigned through its nearest neighbours among them, or not at all. */
export type DensityModel = HdbscanModel | DbscanModel;

/**
 * kind `selection.density_rows` (JSON): everything a density keeps of single customers, without ids. It stands in this one object, which models name by
 * its hash; a release neither lists nor delivers it.
 */
export interface DensityRows {
  readonly format: 1;
  /** Scaled units, as in `DensityModel`. */
  readonly rows: readonly (readonly number[])[];
  /** Of each row; numbered in the order in which they first appear here, −1 for noise: the same whatever order a model has its clusters in. */
  readonly labels: readonly number[];
  /** Of each row, for HDBSCAN; else null. */
  readonly coreDistances: readonly number[] | null;
  readonly exitDistances: readonly number[] | null;
}

type WithoutRows<M extends DensityModel> = Omit<M, 'rows' | 'labels' | 'coreDistances' | 'exitDistances'> & {
  /** The model's cluster of each label of `rowsAt`. */
  readonly clusters: readonly number[];
  /** kind `selection.density_rows`; null where the density has no rows. */
  readonly rowsAt: ArtifactRef | null;
};

/** A density as it is stored: without its rows. */
export type StoredDensity = WithoutRows<HdbscanModel> | WithoutRows<DbscanModel>;

/** What assigns a row: everything the algorithm found, and nothing of the customers it was found on but what it needs. */
export type Solution =
  | {
      readonly kind: 'centroids';
      /** k x d: the nearest one wins. */
      readonly centroids: readonly (readonly number[])[];
    }
  | { readonly kind: 'mixture'; readonly mixture: StoredMixture }
  | { readonly kind: 'density'; readonly density: DensityModel };

/** A solution as it is stored: the rows of a density stand elsewhere. */
export type StoredSolution = Exclude<Solution, { readonly kind: 'density' }> | { readonly kind: 'density'; readonly density: StoredDensity };

/** kind `clustering.model` (JSON, with a `StoredSolution`): a pure function from a feature row to a cluster, or to none; labels in canonical order. */
export interface ClusterModel<S = Solution> {
  readonly format: 3;
  readonly algorithm: Algorithm;
  /** Linkage, covariance model, or the parameters of a density; null for k-means. */
  readonly model: string | null;
  readonly k: number;
  readonly preprocessing: Preprocessing;
  /** Cluster means, k x d, scaled units, columns as in `preprocessing.columns`. */
  readonly centroids: readonly (readonly number[])[];
  readonly solution: S;
  readonly sizes: readonly number[];
  /** Customers that belong to no cluster. */
  readonly unassigned: number;
  /** Sum of squared distances of the assigned customers to their cluster's mean. */
  readonly inertia: number;
  readonly seed: number;
}
