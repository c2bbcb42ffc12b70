import { scan, squaredDistance } from '../distance';
import type { LloydOutcome, Workspace } from '../kernel';
import type { Points } from '../points';
import { relocateEmpty } from './relocate';
import { move, type ClusterSums } from '../sums';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { sqrt } = Math;

/**
 * Lloyd's k-means iteration with Hamerly's bounds: the same assignments as the plain iteration, most distances left out. Cluster sums are
 * kept up to date by the rows that move. Before it reports convergence every row is compared with every centroid once more,
 * so a bound worn down by rounding cannot decide a label.
 *
 * O(n) per iteration once the centroids settle, O(nkd) before. Lloyd, IEEE Trans. Information Theory 28(2), 1982;
 * Hamerly, "Making k-means even faster", SDM 2010.
 */
export function lloyd(
  points: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  k: number,
  maxIterations: number,
  workspace: Workspace,
): LloydOutcome {
  const { stride } = points;
  const totals: ClusterSums = { sums: new Float64Array(k * stride), weights: new Float64Array(k) };
  const moves = new Float64Array(k);
  const nearestOther = new Float64Array(k);
  workspace.labels.fill(-1, 0, points.rows);
  assignAll(points, weights, centroids, k, workspace, totals);
  let changed = true;
  let iterations = 0;
  while (iterations < maxIterations) {
    iterations++;
    if (relocateEmpty(points, weights, centroids, k, workspace, totals)) changed = true;
    if (!changed) return { iterations, converged: true };
    moveCentroids(centroids, totals, k, stride, moves);
    halfDistances(centroids, k, stride, nearestOther);
    changed = assignByBounds(points, weights, centroids, k, workspace, totals, moves, nearestOther) > 0;
    if (!changed) changed = assignAll(points, weights, centroids, k, workspace, totals) > 0;
  }
  return { iterations, converged: false };
}

/** Compare every row with every centroid; keeps a label that is as near as any. Returns the number of rows that moved. */
function assignAll(
  points: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  k: number,
  workspace: Workspace,
  totals: ClusterSums,
): number {
  const { rows, stride, values } = points;
  const { labels, upper, lower } = workspace;
  const found = new Float64Array(3);
  let changed = 0;
  for (let i = 0, o = 0; i < rows; i++, o += stride) {
    let label = scan(values, o, centroids, k, stride, found);
    const before = labels[i];
    if (label !== before) {
      if (before >= 0 && squaredDistance(values, o, centroids, before * stride, stride) === found[0]) label = before;
      else {
        changed++;
        move(values, o, stride, weights === null ? 1 : weights[i], before, label, totals);
        labels[i] = label;
      }
    }
    upper[i] = sqrt(found[0]);
    lower[i] = sqrt(found[1]);
  }
  return changed;
}

/** Compare only the rows whose bounds leave a doubt. Returns the number of rows that moved. */
function assignByBounds(
  points: Points,
  weights: Float64Array | null,
  centroids: Float64Array,
  k: number,
  workspace: Workspace,
  totals: ClusterSums,
  moves: Float64Array,
  nearestOther: Float64Array,
): number {
  const { rows, stride, values } = points;
  const { labels, upper, lower } = workspace;
  const found = new Float64Array(3);
  let fastest = 0;
  for (let c = 1; c < k; c++) if (moves[c] > moves[fastest]) fastest = c;
  let runnerUpMove = 0;
  for (let c = 0; c < k; c++) if (c !== fastest && moves[c] > runnerUpMove) runnerUpMove = moves[c];
  const largestMove = moves[fastest];
  let changed = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    let high = upper[i] + moves[label];
    const low = lower[i] - (label === fastest ? runnerUpMove : largestMove);
    const bound = low > nearestOther[label] ? low : nearestOther[label];
    if (high > bound) {
      const o = i * stride;
      high = sqrt(squaredDistance(values, o, centroids, label * stride, stride));
      if (high > bound) {
        const next = scan(values, o, centroids, k, stride, found);
        upper[i] = sqrt(found[0]);
        lower[i] = sqrt(found[1]);
        if (next !== label && found[0] < high * high) {
          changed++;
          move(values, o, stride, weights === null ? 1 : weights[i], label, next, totals);
          labels[i] = next;
        }
        continue;
      }
    }
    upper[i] = high;
    lower[i] = low;
  }
  return changed;
}

/** Put each centroid at the mean of its rows and note how far it moved; an empty cluster stays where it is. */
export function moveCentroids(
  centroids: Float64Array,
  { sums, weights }: ClusterSums,
  k: number,
  stride: number,
  moves: Float64Array,
): void {
  for (let c = 0; c < k; c++) {
    moves[c] = 0;
    if (weights[c] === 0) continue;
    let squared = 0;
    for (let j = 0, o = c * stride; j < stride; j++, o++) {
      const next = sums[o] / weights[c];
      const step = next - centroids[o];
      squared += step * step;
      centroids[o] = next;
    }
    moves[c] = sqrt(squared);
  }
}

/** Half the distance from each centroid to the nearest other one: a row nearer than that to its own can have no better. */
function halfDistances(centroids: Float64Array, k: number, stride: number, out: Float64Array): void {
  out.fill(Infinity);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < a; b++) {
      const half = sqrt(squaredDistance(centroids, a * stride, centroids, b * stride, stride)) / 2;
      if (half < out[a]) out[a] = half;
      if (half < out[b]) out[b] = half;
    }
  }
}
