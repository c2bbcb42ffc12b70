import { trialsOf } from '../../clustering/kmeans/seeding';
import type { Points } from '../../clustering/points';
import type { RandomStream } from '../../linalg/random-stream';
import type { KernelInstance } from '../memory';
import type { KMeansExports } from './exports';
import { holdPlain } from './held-rows';

const { max, min } = Math;

/** Numbers of one call: a chunk that fits into the cache, far below a millisecond. */
const WORK = 3e4;
/**
 * Rows at which the running sum of weight times distance exceeds each target, as `draw` of the plain code finds them: all targets in one pass, the same sums in the same order.
 */
function drawAll(distances: Float64Array, weights: Float64Array, rows: number, targets: readonly number[]): number[] {
  const found = targets.map(() => -1);
  let open = targets.length;
  let least = min(...targets);
  let sum = 0;
  let last = 0;
  for (let i = 0; i < rows && open > 0; i++) {
    const step = weights[i] * distances[i];
    if (step > 0) last = i;
    sum += step;
    if (sum > least) {
      least = Infinity;
      targets.forEach((target, t) => {
        if (found[t] >= 0) return;
        if (sum > target) {
          found[t] = i;
          open--;
        } else least = min(least, target);
      });
    }
  }
  return found.map((row) => (row < 0 ? last : row));
}

/**
 * `Kernel.seed` in WebAssembly: greedy k-means++ with the random numbers, seeds and bits of the plain code; distances in f64 SIMD, two rows at a time.
 *
 * O(nkd log k). Memory: 8 bytes per cell, 8 (2 + trials) per row.
 */
export function seed(instance: KernelInstance, points: Points, weights: Float64Array | null, centroids: Float64Array, k: number, random: RandomStream): void {
  const { rows, stride, values } = points;
  const { trialDistances } = instance.exports as unknown as KMeansExports;
  const x = holdPlain(instance, points);
  const trials = trialsOf(k);
  const perCall = min(rows, 2 * max(64, Math.floor(WORK / (2 * stride))));
  instance.frame(() => {
    const at = {
      weights: instance.allocate(rows * 8),
      distances: Array.from({ length: trials + 1 }, () => instance.allocate(rows * 8)),
      seeds: instance.allocate(trials * stride * 8),
    };
    const weight = instance.f64(at.weights, rows);
    const seeds = instance.f64(at.seeds, trials * stride);
    if (weights === null) weight.fill(1);
    else weight.set(weights.subarray(0, rows));

    /** Potential that remains with each of some rows as the next seed; the distances are written to `to`. */
    function tryRows(candidates: readonly number[], closest: number, to: readonly number[]): number[] {
      candidates.forEach((row, t) => seeds.set(values.subarray(row * stride, (row + 1) * stride), t * stride));
      const totals = candidates.map(() => 0);
      for (let first = 0; first < rows; first += perCall) {
        const count = min(perCall, rows - first);
        const from = first * 8;
        // One trial after the other: these rows are in the cache by then.
        candidates.forEach((_, t) => {
          totals[t] = trialDistances(x + first * stride * 8, count, stride, at.seeds + t * stride * 8, closest + from, at.weights + from, to[t] + from, totals[t]);
        });
      }
      return totals;
    }
    const place = (row: number, c: number): void => centroids.set(values.subarray(row * stride, (row + 1) * stride), c * stride);

    let [closest, ...others] = at.distances;
    const nearest = (): Float64Array => instance.f64(closest, rows);
    let weightOfAll = 0;
    for (let i = 0; i < rows; i++) weightOfAll += weight[i];
    nearest().fill(1);
    const [firstRow] = drawAll(nearest(), weight, rows, [random.uniform() * weightOfAll]);
    place(firstRow, 0);
    nearest().fill(Infinity);
    let [total] = tryRows([firstRow], closest, [closest]);
    for (let c = 1; c < k; c++) {
      const candidates =
        total > 0
          ? drawAll(
              nearest(),
              weight,
              rows,
              Array.from({ length: trials }, () => random.uniform() * total),
            )
          : Array.from({ length: trials }, () => random.integer(rows));
      const totals = tryRows(candidates, closest, others);
      let best = -1;
      let least = Infinity;
      for (let t = 0; t < trials; t++)
        if (totals[t] < least) {
          least = totals[t];
          best = t;
        }
      place(candidates[best], c);
      const freed = closest;
      closest = others[best];
      others = others.map((address, t) => (t === best ? freed : address));
      total = least;
    }
  });
}
