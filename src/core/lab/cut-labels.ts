import type { CandidateSpec } from '../../contracts/algorithms';
import type { Assignments } from '../clustering/assignments';
import { squaredDistance } from '../clustering/distance';
import { padCentroids, type Points } from '../clustering/points';
import type { FitOptions } from '../selection/fitters';
import { fitAll } from '../selection/measure';

/** Cluster of each row, −1 for none, and the probability of that cluster. */
export type RowLabels = Pick<Assignments, 'cluster' | 'probability'>;

/**
 * The clusters of the cut that a hierarchical candidate is, instead of those its means are nearest to. Probabilities go on as they are: of equal
 * spherical clusters around the means, so that a row nearer to another mean than to its own has less than a half.
 *
 * @param nearest What the means assign the same rows to.
 * @param variance Within clusters, of one column.
 *
 * As long as the tree takes: it is grown again.
 */
export async function cutLabels(
  pool: Parameters<typeof fitAll>[0],
  points: Points,
  spec: CandidateSpec,
  options: FitOptions,
  { nearest, variance }: { readonly nearest: Assignments; readonly variance: number },
): Promise<RowLabels> {
  const [{ labels: cluster, centroids }] = await fitAll(pool, [[spec]], { sample: points, all: points, options, keepCuts: true });
  const means = padCentroids(centroids, points.stride);
  const probability = nearest.probability.map((likeliest, row) => {
    if (cluster[row] === nearest.cluster[row]) return likeliest;
    const own = squaredDistance(points.values, row * points.stride, means, cluster[row] * points.stride, points.stride);
    const excess = own - nearest.distance[row] ** 2;
    return excess > 0 ? likeliest * Math.exp(-excess / (2 * variance)) : likeliest;
  });
  return { cluster, probability };
}
