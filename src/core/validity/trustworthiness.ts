import { PipelineError } from '../../contracts/errors';
import { squaredDistance } from '../clustering/distance';
import type { Points } from '../clustering/points';
import { neighboursOf } from '../linalg/neighbours';

/**
 * Trustworthiness of a map: 1 where the k nearest rows on the map are the k nearest in the data for each row; a false neighbour costs as many ranks
 * as it is too far away. A random map has about 0.5.
 *
 * T(k) = 1 − 2 / (n k (2n − 3k − 1)) · Σ over rows i and false neighbours j of (rank of j among the neighbours of i in the data − k). Of rows
 * equally far away in the data all have the best of their ranks, so that the value depends neither on their order nor on copies of a customer.
 *
 * @param map The same rows in the same order, with any number of columns.
 * @param k Neighbours, 1 <= k < n / 2.
 * @returns In [0, 1].
 * @throws PipelineError `INSUFFICIENT_DATA` where the rows differ in number, or for another k.
 *
 * O(n²(d + k)). Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001.
 */
export function trustworthiness(data: Points, map: Points, k: number): number {
  const n = data.rows;
  if (map.rows !== n) throw new PipelineError('INSUFFICIENT_DATA', `a map of ${map.rows} rows does not show ${n}`);
  if (!(Number.isInteger(k) && k >= 1 && 2 * k < n))
    throw new PipelineError('INSUFFICIENT_DATA', `${k} neighbours among ${n} rows: at least 1 and fewer than half of the rows are needed`);
  const { rows: shown } = neighboursOf(map, k);
  const distances = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    distancesFrom(data, i, distances);
    for (let at = i * k; at < (i + 1) * k; at++) {
      const excess = nearerThan(distances, distances[shown[at]], i) + 1 - k;
      if (excess > 0) sum += excess;
    }
  }
  return 1 - (2 * sum) / (n * k * (2 * n - 3 * k - 1));
}

function distancesFrom({ rows, stride, values }: Points, i: number, distances: Float64Array): void {
  for (let j = 0; j < rows; j++) distances[j] = squaredDistance(values, i * stride, values, j * stride, stride);
}

/** Rows other than `self` that are strictly nearer. */
function nearerThan(distances: Float64Array, limit: number, self: number): number {
  let count = 0;
  for (let j = 0; j < distances.length; j++) if (distances[j] < limit && j !== self) count++;
  return count;
}
