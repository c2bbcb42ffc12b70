import type { Algorithm, CovarianceModel } from '../../../src/contracts/algorithms';
import type { MeasuredCandidate } from '../../../src/contracts/selection';
import type { FittedCandidate } from '../../../src/core/selection/fit-task';

const specOf = (algorithm: Algorithm, k: number): MeasuredCandidate['spec'] => {
  switch (algorithm) {
    case 'kmeans':
      return { algorithm, k };
    case 'hierarchical':
      return { algorithm, linkage: 'ward', k };
    case 'mixture':
      return { algorithm, model: 'EEI', k };
    case 'density':
      return { algorithm, method: 'hdbscan', minClusterSize: 50, minSamples: 10 };
  }
};

/** A candidate that passes everything, with what a test changes. */
export function candidate(k: number, change: Partial<MeasuredCandidate> = {}): MeasuredCandidate {
  const algorithm = change.algorithm ?? 'kmeans';
  return {
    algorithm,
    model: null,
    spec: specOf(algorithm, k),
    k,
    inertia: 1,
    silhouette: null,
    silhouetteError: null,
    calinskiHarabasz: null,
    daviesBouldin: null,
    undefinedBecause: null,
    gap: null,
    predictionStrength: null,
    mixture: null,
    rejectedStarts: [],
    sizes: [],
    shares: [],
    unassigned: 0,
    meanJaccard: null,
    stability: [],
    withinLimits: true,
    gates: [{ gate: 'minShare', passed: true, evidence: 'big enough' }],
    restarts: 1,
    replicated: 1,
    iterations: 1,
    converged: true,
    centroids: [],
    ...change,
  };
}

export const mixture = (model: CovarianceModel, k: number, bic: number, change: Partial<MeasuredCandidate> = {}): MeasuredCandidate =>
  candidate(k, {
    algorithm: 'mixture',
    model,
    spec: { algorithm: 'mixture', model, k },
    mixture: { logLikelihood: -bic / 2, df: 1, bic, icl: bic, aic: bic, sabic: bic, caic: bic, entropy: 1 },
    ...change,
  });

/** A fit before it is measured. */
export const fitted = (algorithm: Algorithm, k: number): FittedCandidate => ({
  spec: specOf(algorithm, k),
  solution: { kind: 'centroids', centroids: [] },
  failure: null,
  restarts: 1,
  replicated: 1,
  iterations: 1,
  converged: true,
  mixture: null,
  rejectedStarts: [],
  k,
  labels: new Int32Array(0),
  centroids: [],
  duplicates: false,
  inertia: null,
  calinskiHarabasz: null,
  daviesBouldin: null,
  sizes: [],
  unassigned: 0,
});
