import type { CandidateSpec } from '../../../contracts/algorithms';
import type { Solution, StoredMixture } from '../../../contracts/model';
import { labelsOf, clustersOf } from '../assign';
import { canonicalLabels } from '../canonical';
import { clusterMeans } from '../cluster-means';
import { hierarchicalLabels } from '../hierarchical/micro-clusters';
import type { Kernel } from '../kernel';
import { fitFrom } from '../kmeans/kmeans';
import { refineMixture } from '../mixture/stored';
import { padCentroids, unpadCentroids, type Points } from '../points';
import { reorderSolution } from '../../selection/reorder';

export interface RefinePayload {
  readonly spec: CandidateSpec;
  /** As found on the selection sample. */
  readonly solution: Solution;
  /** False: keep the sample's solution, only describe it on all rows. */
  readonly refine: boolean;
  readonly seed: number;
  readonly prior: 'none' | 'conjugate';
}

/** A solution on all rows, clusters in canonical order. */
export interface Refined {
  readonly solution: Solution;
  /** False where the sample's solution was kept. */
  readonly refined: boolean;
  /** k x d, means of the rows assigned. */
  readonly centroids: readonly (readonly number[])[];
  readonly sizes: readonly number[];
  readonly unassigned: number;
  /** Sum of squared distances of assigned rows to their cluster's mean. */
  readonly inertia: number;
}

/** Fit the chosen solution to all rows, starting from where the sample left it, and describe it. */
export function refineTask({ spec, solution, refine, ...how }: RefinePayload, points: Points, kernel: Kernel): Refined {
  const better = refine ? refineSolution(spec, solution, points, how, kernel) : null;
  const found = better ?? solution;
  const k = clustersOf(found);
  const { labels, sizes, order } = canonicalLabels(labelsOf(found, points, kernel), k);
  const means = clusterMeans(points, labels, k);
  return {
    solution: reorderSolution(found, order),
    refined: better !== null,
    centroids: unpadCentroids(means, k, points.cols, points.stride),
    sizes,
    unassigned: points.rows - sizes.reduce((sum, size) => sum + size, 0),
    inertia: squaresWithin(points, labels, means),
  };
}

/** Null where the sample's solution is the one to keep. */
function refineSolution(spec: CandidateSpec, solution: Solution, points: Points, { seed, prior }: Pick<RefinePayload, 'seed' | 'prior'>, kernel: Kernel): Solution | null {
  const centroidsOf = (values: Float64Array, k: number): Solution => ({ kind: 'centroids', centroids: unpadCentroids(values, k, points.cols, points.stride) });
  switch (spec.algorithm) {
    case 'kmeans': {
      if (solution.kind !== 'centroids') return null;
      const { k, centroids } = fitFrom(points, null, padCentroids(solution.centroids, points.stride), solution.centroids.length, kernel);
      return centroidsOf(centroids, k);
    }
    case 'hierarchical': {
      const { labels } = hierarchicalLabels(points, null, { linkage: spec.linkage, ks: [spec.k], seed }, kernel);
      return centroidsOf(clusterMeans(points, labels[0], spec.k), spec.k);
    }
    case 'mixture':
      return solution.kind === 'mixture' ? asMixture(refineMixture(solution.mixture, points, prior === 'conjugate', kernel.mixture)) : null;
    case 'density':
      // A density is its rows: it stays the one of the sample, and all customers are scored by it.
      return null;
  }
}

function squaresWithin({ rows, stride, values }: Points, labels: Int32Array, means: Float64Array): number {
  let total = 0;
  for (let i = 0; i < rows; i++) {
    if (labels[i] < 0) continue;
    for (let j = 0; j < stride; j++) total += (values[i * stride + j] - means[labels[i] * stride + j]) ** 2;
  }
  return total;
}

const asMixture = (mixture: StoredMixture | null): Solution | null => (mixture === null ? null : { kind: 'mixture', mixture });
