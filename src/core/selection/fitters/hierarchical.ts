import type { CandidateSpec } from '../../../contracts/algorithms';
import type { Solution } from '../../../contracts/model';
import type { Kernel } from '../../clustering/kernel';
import { hierarchicalLabels } from '../../clustering/hierarchical/micro-clusters';
import { clusterMeans } from '../../clustering/cluster-means';
import { unpadCentroids, type Points } from '../../clustering/points';
import { unfitted, type Fit, type Fitter } from './fitter';

type Spec = Extract<CandidateSpec, { algorithm: 'hierarchical' }>;

interface Cut {
  readonly cut: Int32Array;
  readonly solution: Solution;
}

/**
 * One dendrogram serves every k. Rows are assigned to the nearest mean of a cut, so that a customer who was not there when the tree grew is
 * placed by the same rule as one who was.
 */
function cutsOf(specs: readonly Spec[], points: Points, weights: Float64Array | null, seed: number, kernel: Kernel): (Cut | null)[] {
  const [first] = specs;
  const possible = specs.filter(({ k }) => k <= points.rows);
  if (first === undefined || possible.length === 0) return specs.map(() => null);
  const { labels } = hierarchicalLabels(points, weights, { linkage: first.linkage, ks: possible.map(({ k }) => k), seed }, kernel);
  return specs.map((spec) => {
    const at = possible.indexOf(spec);
    if (at < 0) return null;
    const means = clusterMeans(points, labels[at], spec.k, weights);
    return { cut: labels[at], solution: { kind: 'centroids', centroids: unpadCentroids(means, spec.k, points.cols, points.stride) } };
  });
}

const fitOf = (spec: Spec, found: Cut | null, rows: number): Fit<Spec> =>
  found === null
    ? unfitted(spec, `${rows} customers cannot fill ${spec.k} clusters`)
    : { spec, ...found, failure: null, restarts: 1, replicated: 1, iterations: 1, converged: true, mixture: null, rejectedStarts: [] };

export const hierarchicalFitter: Fitter<Spec> = {
  resampling: 'weights',
  groups: (specs) => (specs.length === 0 ? [] : [specs]),
  fit: (specs, points, { seed }, kernel) => cutsOf(specs, points, null, seed, kernel).map((found, i) => fitOf(specs[i], found, points.rows)),
  refit: (specs, points, weights, _resample, { seed }, kernel) => cutsOf(specs, points, weights, seed, kernel).map((found) => found?.solution ?? null),
};
