export interface ClusterStability {
  /** Mean over the resamples of the Jaccard similarity with the best-matching cluster (Hennig 2007). */
  readonly jaccard: number;
  readonly dissolved: number;
  readonly recovered: number;
  readonly label: 'stable' | 'pattern' | 'not to be trusted';
}

export interface Candidate {
  readonly algorithm: 'kmeans';
  readonly k: number;
  readonly inertia: number;
  /** Null with a reason where it is not defined. */
  readonly silhouette: number | null;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  readonly sizes: readonly number[];
  readonly shares: readonly number[];
  readonly meanJaccard: number | null;
  readonly stability: readonly ClusterStability[];
  readonly withinLimits: boolean;
  readonly gates: readonly {
    readonly gate: 'minShare' | 'minCustomers' | 'maxShare' | 'duplicateCentroids' | 'stability';
    readonly passed: boolean;
    readonly evidence: string;
  }[];
  readonly restarts: number;
  /** How many restarts reached the best inertia within 1e-6 relative. */
  readonly replicated: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** k x d in canonical order (size descending). */
  readonly centroids: readonly (readonly number[])[];
  readonly status: 'chosen' | 'lost' | 'rejected' | 'information';
  /** One sentence for people. */
  readonly why: string;
}

/** kind `selection.report` (JSON). */
export interface SelectionReport {
  readonly rule: string;
  readonly limits: { readonly min: number; readonly max: number };
  readonly range: { readonly min: number; readonly max: number };
  readonly candidates: readonly Candidate[];
  readonly chosen: { readonly algorithm: 'kmeans'; readonly k: number };
  /** One sentence on why this many. */
  readonly why: string;
  /** What each criterion alone would have taken, and whether it agrees. */
  readonly evidence: readonly {
    readonly criterion: string;
    readonly k: number | null;
    readonly agrees: boolean;
    readonly note: string;
  }[];
  readonly warnings: readonly string[];
  readonly sample: {
    readonly customers: number;
    readonly silhouetteRows: number;
    readonly bootstrapRows: number;
    readonly resamples: number;
  };
}

/** kind `clustering.check` (JSON): a second implementation's word for the published solution (ml-kmeans). */
export interface IndependentCheck {
  readonly implementation: string;
  readonly rows: number;
  readonly disagreements: number;
  readonly ties: number;
  /** Of all clusters and columns the move nearest to its bound, and that bound; both in standard deviations of the column. */
  readonly largestMove: number;
  readonly allowedMove: number;
  /** Its means against ours, of the same rows: the largest difference. */
  readonly stepDifference: number;
  /** A published centroid against our mean of all its customers, in standard deviations of the column: the largest distance. */
  readonly ownMove: number;
  readonly passed: boolean;
}

/** kind `clustering.pca` (JSON). */
export interface PcaReport {
  readonly columns: readonly string[];
  readonly eigenvalues: readonly number[];
  readonly explained: readonly number[];
  /** components[i] is the loading vector of component i; the largest loading is positive. */
  readonly components: readonly (readonly number[])[];
  /** A bottom-k sample for the scatter: [pc1, pc2, cluster]. */
  readonly scatter: readonly (readonly [number, number, number])[];
}
