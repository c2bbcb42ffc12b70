import { packedSize } from '../../../linalg/cholesky';
import type { Points } from '../../points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { log, max, min, sqrt } = Math;
const FAR = Infinity;
/** Least of that trace, where nothing varies. */
const FLATTEST = Number.EPSILON;

/** Merges of an agglomeration, in order: merge m puts the groups that rows `left[m]` and `right[m]` are in together. */
export interface Agglomeration {
  readonly rows: number;
  /** n − 1 each. */
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/**
 * Model-based agglomeration: every row alone at first, then always that pair of groups merged which costs least of the classification likelihood
 * of Gaussian groups with covariances of their own. The cost of a group of n rows with scatter W (sums of squares and products, d x d) is
 * `n log(|W/n| + (tr W + a) / n)`, the determinant left out where n <= d; a is the trace of the scatter of all rows divided by nd, which makes
 * groups of one row and flat groups comparable with others. Of equal costs the pair that is last in the order of the groups is merged. Gives the
 * classes of mclust's `hc` (model VVV).
 *
 * @param weights A row of weight w counts as w rows that have merged already; null for 1 each.
 *
 * O(n²d³) time where most pairs need their determinant, 4n² bytes: meant for a few thousand rows at most. Fraley, SIAM Journal on Scientific
 * Computing 20(1), 1998; Scrucca and Raftery, Advances in Data Analysis and Classification 9, 2015.
 */
export function agglomerate(points: Points, weights: Float64Array | null): Agglomeration {
  const { rows } = points;
  const left = new Int32Array(max(rows - 1, 0));
  const right = new Int32Array(max(rows - 1, 0));
  const groups = new Groups(points, weights);
  // A row of the group in each slot.
  const member = Int32Array.from({ length: rows }, (_, row) => row);
  for (let m = 0, count = rows; count > 1; m++, count--) {
    const [a, b] = groups.cheapest(count);
    left[m] = member[a];
    right[m] = member[b];
    member[b] = member[count - 1];
    groups.merge(a, b, count);
  }
  return { rows, left, right };
}

/**
 * Labels of the partition into k groups, numbered by their first row.
 *
 * @param k 1..n.
 *
 * O(n).
 */
export function labelsAt({ rows, left, right }: Agglomeration, k: number): Int32Array {
  const parent = Int32Array.from({ length: rows }, (_, row) => row);
  const root = (row: number): number => {
    let at = row;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  for (let m = 0; m < rows - k; m++) {
    const a = root(left[m]);
    const b = root(right[m]);
    parent[max(a, b)] = min(a, b);
  }
  const labels = new Int32Array(rows);
  let next = 0;
  for (let row = 0; row < rows; row++) labels[row] = parent[row] === row ? next++ : labels[root(row)];
  return labels;
}

/** The groups left, in slots 0, 1, ... without a gap, with the cost of merging any two of them. */
class Groups {
  private readonly cols: number;
  private readonly packed: number;
  private readonly weight: Float64Array;
  private readonly mean: Float64Array;
  /** Lower triangles of the scatters, row by row. */
  private readonly scatter: Float64Array;
  private readonly cost: Float64Array;
  private readonly flat: number;
  /** Cost of merging slots i < j at j(j - 1)/2 + i. */
  private readonly merged: Float64Array;
  /** For slot j the least cost with a slot i < j, and the last such i. */
  private readonly least: Float64Array;
  private readonly partner: Int32Array;
  private readonly difference: Float64Array;
  private readonly triangle: Float64Array;

  constructor({ rows, cols, stride, values }: Points, weights: Float64Array | null) {
    const packed = packedSize(cols);
    this.cols = cols;
    this.packed = packed;
    this.weight = weights === null ? new Float64Array(rows).fill(1) : Float64Array.from(weights);
    this.mean = new Float64Array(rows * cols);
    this.scatter = new Float64Array(rows * packed);
    this.merged = new Float64Array((rows * (rows - 1)) / 2);
    this.least = new Float64Array(rows).fill(FAR);
    this.partner = new Int32Array(rows).fill(-1);
    this.difference = new Float64Array(cols);
    this.triangle = new Float64Array(packed);
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) this.mean[i * cols + j] = values[i * stride + j];
    this.flat = this.flatness();
    this.cost = this.weight.map((weight) => weight * log(this.flat / weight));
    for (let j = 1; j < rows; j++) this.recount(j);
  }

  /** Trace of the scatter of all rows, divided by rows and columns. */
  private flatness(): number {
    const { cols, mean, weight } = this;
    let total = 0;
    for (const w of weight) total += w;
    let trace = 0;
    for (let j = 0; j < cols; j++) {
      let sum = 0;
      for (let g = 0; g < weight.length; g++) sum += weight[g] * mean[g * cols + j];
      const centre = sum / total;
      for (let g = 0; g < weight.length; g++) trace += weight[g] * (mean[g * cols + j] - centre) ** 2;
    }
    return max(trace / (total * cols), FLATTEST);
  }

  /** The pair with the least cost; the last of equals. */
  cheapest(left: number): readonly [number, number] {
    let best = FAR;
    let slot = 1;
    for (let j = 1; j < left; j++) {
      if (this.least[j] > best) continue;
      best = this.least[j];
      slot = j;
    }
    return [this.partner[slot], slot];
  }

  /** Put slot b into slot a < b; the last slot takes b's place. */
  merge(a: number, b: number, left: number): void {
    const { cols, packed, weight, mean, scatter, cost, difference } = this;
    const whole = weight[a] + weight[b];
    const share = (weight[a] * weight[b]) / whole;
    for (let j = 0; j < cols; j++) difference[j] = mean[a * cols + j] - mean[b * cols + j];
    for (let j = 0, t = 0; j < cols; j++) {
      const scaled = share * difference[j];
      for (let l = 0; l <= j; l++, t++) scatter[a * packed + t] += scatter[b * packed + t] + scaled * difference[l];
    }
    for (let j = 0; j < cols; j++) mean[a * cols + j] -= (weight[b] / whole) * difference[j];
    cost[a] = this.costOf(a, whole);
    weight[a] = whole;
    this.moveLast(b, left - 1);
    this.update(a, b, left - 1);
  }

  private moveLast(to: number, last: number): void {
    if (to === last) return;
    const { cols, packed, merged } = this;
    this.weight[to] = this.weight[last];
    this.cost[to] = this.cost[last];
    this.mean.copyWithin(to * cols, last * cols, (last + 1) * cols);
    this.scatter.copyWithin(to * packed, last * packed, (last + 1) * packed);
    const ofLast = (last * (last - 1)) / 2;
    merged.copyWithin((to * (to - 1)) / 2, ofLast, ofLast + to);
    for (let j = to + 1; j < last; j++) merged[(j * (j - 1)) / 2 + to] = merged[ofLast + j];
  }

  /** Costs with slot a anew, and the least ones of all slots that they or the move into slot b can have changed. */
  private update(a: number, b: number, left: number): void {
    const { merged, least, partner } = this;
    this.recount(a);
    for (let j = a + 1; j < left; j++) {
      const row = (j * (j - 1)) / 2;
      merged[row + a] = this.together(a, j);
      if (j === b || partner[j] === a || partner[j] === b) this.rescan(j);
      else {
        this.offer(j, a, merged[row + a]);
        if (j > b) this.offer(j, b, merged[row + b]);
      }
    }
    if (left <= a) least[a] = FAR;
  }

  private offer(j: number, i: number, value: number): void {
    if (value < this.least[j] || (value === this.least[j] && i > this.partner[j])) {
      this.least[j] = value;
      this.partner[j] = i;
    }
  }

  private recount(j: number): void {
    const row = (j * (j - 1)) / 2;
    for (let i = 0; i < j; i++) this.merged[row + i] = this.together(i, j);
    this.rescan(j);
  }

  private rescan(j: number): void {
    const row = (j * (j - 1)) / 2;
    let best = FAR;
    let at = -1;
    for (let i = 0; i < j; i++) {
      if (this.merged[row + i] > best) continue;
      best = this.merged[row + i];
      at = i;
    }
    this.least[j] = best;
    this.partner[j] = at;
  }

  /** How much the cost grows where slots i and j become one. */
  private together(i: number, j: number): number {
    const { cols, packed, weight, mean, scatter, difference, triangle } = this;
    const whole = weight[i] + weight[j];
    const share = (weight[i] * weight[j]) / whole;
    const before = this.cost[i] + this.cost[j];
    for (let c = 0; c < cols; c++) difference[c] = mean[i * cols + c] - mean[j * cols + c];
    let trace = 0;
    if (whole <= cols) {
      for (let c = 0, t = 0; c < cols; t += c + 2, c++)
        trace += scatter[i * packed + t] + scatter[j * packed + t] + share * difference[c] * difference[c];
      return whole * log((trace + this.flat) / whole) - before;
    }
    const a = i * packed;
    const b = j * packed;
    for (let c = 0, t = 0; c < cols; c++) {
      const scaled = share * difference[c];
      for (let l = 0; l <= c; l++, t++) triangle[t] = scatter[a + t] + scatter[b + t] + scaled * difference[l];
      trace += triangle[t - 1];
    }
    return whole * log(determinant(triangle, cols, whole) + (trace + this.flat) / whole) - before;
  }

  private costOf(slot: number, weight: number): number {
    const { cols, packed, scatter, triangle } = this;
    let trace = 0;
    for (let t = 0; t < packed; t++) triangle[t] = scatter[slot * packed + t];
    for (let c = 0, t = 0; c < cols; t += c + 2, c++) trace += triangle[t];
    const spread = weight <= cols ? 0 : determinant(triangle, cols, weight);
    return weight * log(spread + (trace + this.flat) / weight);
  }
}

/** Determinant of W/n from the lower triangle of W, which is overwritten; 0 where it is not positive definite. */
function determinant(triangle: Float64Array, size: number, n: number): number {
  let product = 1;
  for (let i = 0, row = 0; i < size; row += ++i) {
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let sum = triangle[row + j];
      for (let l = 0; l < j; l++) sum -= triangle[row + l] * triangle[other + l];
      if (j < i) triangle[row + j] = sum / triangle[other + j];
      else {
        if (!(sum > 0)) return 0;
        product *= sum / n;
        triangle[row + i] = sqrt(sum);
      }
    }
  }
  return product;
}
