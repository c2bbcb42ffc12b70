import type { CandidateSpec } from '../../../contracts/algorithms';
import type { Solution } from '../../../contracts/model';
import { dbscan } from '../../clustering/density/dbscan';
import { hdbscan } from '../../clustering/density/hdbscan';
import { dbscanModel, hdbscanModel } from '../../clustering/density/model';
import type { Points } from '../../clustering/points';
import type { Fit, Fitter } from './fitter';

type Spec = Extract<CandidateSpec, { algorithm: 'density' }>;

const HALF = 0.5;

/** No cluster at all is a solution too: everybody stays unassigned. */
function solutionOf(spec: Spec, points: Points): Solution {
  if (spec.method === 'dbscan') return { kind: 'density', density: dbscanModel(points, dbscan(points, spec), spec) };
  return { kind: 'density', density: hdbscanModel(points, hdbscan(points, spec), spec) };
}

/** A specification for a share of the rows, in (0, 1]: half as many rows are half as dense, so what counts rows is halved with them. */
export function thinned(spec: Spec, share: number): Spec {
  const minSamples = Math.max(2, Math.round(spec.minSamples * share));
  if (spec.method === 'dbscan') return { ...spec, minSamples };
  return { ...spec, minSamples, minClusterSize: Math.max(2, Math.round(spec.minClusterSize * share)) };
}

export const densityFitter: Fitter<Spec> = {
  // A row that was drawn twice would be a dense spot of its own.
  resampling: 'halves',
  groups: (specs) => specs.map((spec) => [spec]),
  fit: (specs, points) =>
    specs.map((spec): Fit<Spec> => ({
      spec,
      solution: solutionOf(spec, points),
      failure: null,
      restarts: 1,
      replicated: 1,
      iterations: 1,
      converged: true,
      mixture: null,
      rejectedStarts: [],
    })),
  refit: (specs, points) => specs.map((spec) => solutionOf(thinned(spec, HALF), points)),
};
