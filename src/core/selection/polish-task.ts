import type { Kernel } from '../clustering/kernel';
import { fitFrom } from '../clustering/kmeans/kmeans';
import { plainKernel } from '../clustering/plain-kernel';
import { padCentroids, unpadCentroids, type Points } from '../clustering/points';
import { measured, type FittedCandidate } from './fit-task';

export interface PolishShared {
  readonly sample: Points;
  readonly all: Points;
}

/**
 * A k-means candidate that was fitted to the sample, fitted on to all customers. Its inertia and sizes are then those of all; the indices that
 * compare groups stay those of the sample, assigned to the new centroids.
 *
 * O(n k d) per iteration over all n customers; a few, since it begins near its end.
 */
export function polishTask(candidate: FittedCandidate, { sample, all }: PolishShared, kernel: Kernel = plainKernel): FittedCandidate {
  const { solution, iterations } = candidate;
  if (solution?.kind !== 'centroids') return candidate;
  const { cols, stride } = all;
  const fit = fitFrom(all, null, padCentroids(solution.centroids, stride), candidate.k, kernel);
  const centroids = unpadCentroids(fit.centroids, fit.k, cols, stride);
  const polished = { ...candidate, converged: fit.converged, iterations: iterations + fit.iterations };
  const described = measured(polished, { kind: 'centroids', centroids }, sample, all, undefined, kernel);
  const own = described.solution?.kind === 'centroids' ? described.solution.centroids : centroids;
  return { ...described, centroids: own, inertia: fit.inertia };
}
