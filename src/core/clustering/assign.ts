import type { Solution, StoredSolution } from '../../contracts/model';
import type { Assignments } from './assignments';
import { predictDensity } from './density/predict';
import { mixtureAssignments, mixtureLabels } from './mixture/assign';
import type { Kernel } from './kernel';
import { nearestCentroid, nearestLabels } from './nearest-centroid';
import { plainKernel } from './plain-kernel';
import type { Points } from './points';

/** The part of a stored model that assigns rows; see `ClusterModel`. */
export interface AssigningModel {
  readonly solution: Solution;
  readonly sizes: readonly number[];
  readonly inertia: number;
}

/** Assign rows [from, to): a pure function of the stored model, the same for one row or for all. A density leaves rows unassigned (−1). */
export function assign(model: AssigningModel, points: Points, from = 0, to = points.rows, kernel: Kernel = plainKernel): Assignments {
  const { solution } = model;
  switch (solution.kind) {
    case 'centroids':
      // Not the means of the rows assigned: they are a step further where the solution has not converged.
      return nearestCentroid({ ...model, centroids: solution.centroids }, points, from, to, kernel);
    case 'mixture':
      return mixtureAssignments(solution.mixture, points, from, to, kernel.mixture);
    case 'density':
      return predictDensity(solution.density, points, from, to);
  }
}

/** Only the clusters of all rows, −1 for none. */
export function labelsOf(solution: Solution, points: Points, kernel: Kernel = plainKernel): Int32Array {
  switch (solution.kind) {
    case 'centroids':
      return nearestLabels(solution.centroids, points, kernel);
    case 'mixture':
      return mixtureLabels(solution.mixture, points, kernel.mixture);
    case 'density':
      return predictDensity(solution.density, points, 0, points.rows).cluster;
  }
}

/** Clusters of a solution. */
export function clustersOf(solution: Solution | StoredSolution): number {
  switch (solution.kind) {
    case 'centroids':
      return solution.centroids.length;
    case 'mixture':
      return solution.mixture.means.length;
    case 'density':
      return solution.density.k;
  }
}
