import type { RandomStream } from '../../linalg/random-stream';
import { squaredDistance } from '../distance';
import type { Workspace } from '../kernel';
import type { Points } from '../points';

/** Seeds tried for each centroid: 2 + ⌊ln k⌋, as Arthur and Vassilvitskii suggest for the greedy variant. */
export const trialsOf = (k: number): number => 2 + Math.floor(Math.log(k));

/**
 * Greedy k-means++: each next seed is the best of a few rows drawn with probability proportional to weight times squared distance to the
 * nearest seed so far. Two rows with the same values and weight w behave as one row with weight 2w next to each other.
 *
 * @param weights Whole numbers >= 1, or null for 1 each.
 * @param centroids k x stride, overwritten with rows of `points`.
 *
 * O(nkd log k). Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
 */
export function seedCentroids(
  points: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  k: number,
  random: RandomStream,
  workspace: Workspace,
): void {
  const { rows, stride, values } = points;
  const { closest, trials } = workspace;
  const place = (row: number, c: number): void => {
    for (let j = 0; j < stride; j++) centroids[c * stride + j] = values[row * stride + j];
  };
  place(draw(null, weights, rows, random.uniform() * weightOf(weights, rows)), 0);
  let total = distancesTo(points, weights, centroids, 0, closest);
  const candidates = trialsOf(k);
  for (let c = 1; c < k; c++) {
    let best = -1;
    let bestRow = -1;
    let bestTotal = Infinity;
    for (let t = 0; t < candidates; t++) {
      const row = total > 0 ? draw(closest, weights, rows, random.uniform() * total) : random.integer(rows);
      place(row, c);
      const after = nearerDistances(points, weights, centroids, c * stride, closest, trials, t * rows);
      if (after < bestTotal) {
        bestTotal = after;
        best = t;
        bestRow = row;
      }
    }
    place(bestRow, c);
    closest.set(trials.subarray(best * rows, best * rows + rows));
    total = bestTotal;
  }
}

function weightOf(weights: Float64Array | null, rows: number): number {
  if (weights === null) return rows;
  let total = 0;
  for (let i = 0; i < rows; i++) total += weights[i];
  return total;
}

/** First row at which the running sum of weight x distance exceeds the target; the last row that counts if rounding leaves none. */
function draw(distances: Float64Array | null, weights: Float64Array | null, rows: number, target: number): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < rows; i++) {
    const step = (weights === null ? 1 : weights[i]) * (distances === null ? 1 : distances[i]);
    if (step > 0) last = i;
    sum += step;
    if (sum > target) return i;
  }
  return last;
}

function distancesTo(
  { rows, stride, values }: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  at: number,
  out: Float64Array,
): number {
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const d = squaredDistance(values, i * stride, centroids, at, stride);
    out[i] = d;
    total += weights === null ? d : weights[i] * d;
  }
  return total;
}

function nearerDistances(
  { rows, stride, values }: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  at: number,
  closest: Float64Array,
  out: Float64Array,
  outAt: number,
): number {
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const d = squaredDistance(values, i * stride, centroids, at, stride);
    const nearer = d < closest[i] ? d : closest[i];
    out[outAt + i] = nearer;
    total += weights === null ? nearer : weights[i] * nearer;
  }
  return total;
}
