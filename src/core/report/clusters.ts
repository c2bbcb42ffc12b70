import type { Candidate } from '../../contracts/selection';
import type { ClusterModel } from '../../contracts/model';
import { assign } from '../linalg/hungarian';

/**
 * Which cluster of a candidate each cluster of the published model is: the candidate was fitted to the sample and its clusters stand in the
 * order of their sizes there. Matched one to one by the smallest total squared distance between the means.
 *
 * @returns By published cluster; −1 where the candidate has none left.
 */
export function candidateClusters(
  { centroids }: Pick<ClusterModel, 'centroids'>,
  candidate: Pick<Candidate, 'centroids'>,
): number[] {
  if (candidate.centroids.length === 0) return centroids.map(() => -1);
  return assign(centroids.map((own) => candidate.centroids.map((other) => squaredDistance(own, other))));
}

const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, j) => sum + (x - b[j]) ** 2, 0);
