/** The algorithms that compete, in the order that decides between equals. */
export const ALGORITHMS = ['kmeans', 'hierarchical', 'mixture', 'density'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export const LINKAGES = ['ward', 'average', 'complete'] as const;
export type Linkage = (typeof LINKAGES)[number];

/**
 * The covariance structures of a Gaussian mixture: volume, shape and orientation of the components, each equal (E), variable (V) or, for
 * shape and orientation, the identity (I). Celeux and Govaert, Pattern Recognition 28(5), 1995; names as in mclust.
 */
export const COVARIANCE_MODELS = [
  'EII',
  'VII',
  'EEI',
  'VEI',
  'EVI',
  'VVI',
  'EEE',
  'VEE',
  'EVE',
  'VVE',
  'EEV',
  'VEV',
  'EVV',
  'VVV',
] as const;
export type CovarianceModel = (typeof COVARIANCE_MODELS)[number];

/** tidyLPA's numbers of the four models of latent profile analysis that are used most. */
export const LPA_MODELS = { 1: 'EEI', 2: 'VVI', 3: 'EEE', 6: 'VVV' } as const satisfies Record<number, CovarianceModel>;

/** What one candidate is: an algorithm with everything that tells it from the next one. */
export type CandidateSpec =
  | { readonly algorithm: 'kmeans'; readonly k: number }
  | { readonly algorithm: 'hierarchical'; readonly linkage: Linkage; readonly k: number }
  | { readonly algorithm: 'mixture'; readonly model: CovarianceModel; readonly k: number }
  | { readonly algorithm: 'density'; readonly method: 'hdbscan'; readonly minClusterSize: number; readonly minSamples: number }
  | { readonly algorithm: 'density'; readonly method: 'dbscan'; readonly eps: number; readonly minSamples: number };
