import type { CandidateSpec } from '../../../contracts/algorithms';
import type { Solution } from '../../../contracts/model';
import type { Kernel } from '../../clustering/kernel';
import { bestRestart, runRestart, workspaceFor, type Restart } from '../../clustering/kmeans/kmeans';
import { unpadCentroids, type Points } from '../../clustering/points';
import { unfitted, type Fit, type Fitter } from './fitter';

type Spec = Extract<CandidateSpec, { algorithm: 'kmeans' }>;

/** Restarts of each fit to a resample. */
const RESAMPLE_RESTARTS = 3;
/** Two restarts with inertias this close, relatively, found the same solution. */
const SAME = 1e-6;

const solutionOf = ({ centroids }: Restart, k: number, { cols, stride }: Points): Solution => ({
  kind: 'centroids',
  centroids: unpadCentroids(centroids, k, cols, stride),
});

function fitOne(spec: Spec, points: Points, seed: number, restarts: number, kernel: Kernel): Fit<Spec> {
  const { k } = spec;
  if (points.rows < k) return unfitted(spec, `${points.rows} customers cannot fill ${k} clusters`);
  const workspace = workspaceFor(points.rows, k);
  const runs = Array.from({ length: restarts }, (_, restart) =>
    runRestart(points, null, k, { seed, stage: 'selection', use: 'seeding', candidate: k, restart, block: 0 }, workspace, kernel),
  );
  const best = runs[bestRestart(runs.map(({ inertia }) => inertia))];
  return {
    spec,
    solution: solutionOf(best, k, points),
    failure: null,
    restarts,
    replicated: runs.filter(({ inertia }) => inertia <= best.inertia * (1 + SAME)).length,
    iterations: best.iterations,
    converged: best.converged,
    mixture: null,
    rejectedStarts: [],
  };
}

function refitOne({ k }: Spec, points: Points, weights: Float64Array | null, resample: number, seed: number, kernel: Kernel): Solution | null {
  // Fewer distinct rows than clusters: nothing of the clustering can be found again.
  if (points.rows < k) return null;
  const workspace = workspaceFor(points.rows, k);
  const runs = Array.from({ length: RESAMPLE_RESTARTS }, (_, block) =>
    runRestart(points, weights, k, { seed, stage: 'selection', use: 'resample seeding', candidate: k, restart: resample, block }, workspace, kernel),
  );
  return solutionOf(runs[bestRestart(runs.map(({ inertia }) => inertia))], k, points);
}

export const kmeansFitter: Fitter<Spec> = {
  resampling: 'weights',
  // Large k first: the longest tasks must not be the last ones.
  groups: (specs) => [...specs].sort((a, b) => b.k - a.k).map((spec) => [spec]),
  fit: (specs, points, { seed, restarts }, kernel) => specs.map((spec) => fitOne(spec, points, seed, restarts, kernel)),
  refit: (specs, points, weights, resample, { seed }, kernel) => specs.map((spec) => refitOne(spec, points, weights, resample, seed, kernel)),
};
