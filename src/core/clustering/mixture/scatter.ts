import { reduceBlocks } from '../../linalg/blocks';
import type { Points } from '../points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { min } = Math;

/** What the M-step needs to know of the rows: weighted by responsibility (times the row's own weight). */
export interface Scatter {
  readonly k: number;
  readonly cols: number;
  /** Weight of each component (k). */
  readonly sizes: Float64Array;
  /** Weight of all rows. */
  readonly total: number;
  /** k x d; 0 for a component without weight. */
  readonly means: Float64Array;
  /** Only the squares of the columns are in `within`, not their products. */
  readonly diagonal: boolean;
  /** Sums of squares and products about the component's mean: k x d x d, symmetric; k x d where diagonal. */
  readonly within: Float64Array;
}

/**
 * Sizes, means and scatter matrices under given responsibilities: two passes, so that nothing cancels, over fixed blocks of rows.
 *
 * @param responsibilities n x k.
 *
 * O(n k d²), O(n k d) where only the diagonal is asked for.
 */
export function scatterOf(
  points: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
  diagonal: boolean,
): Scatter {
  const { cols } = points;
  const { sizes, means } = centres(points, weights, responsibilities, k);
  let total = 0;
  for (let c = 0; c < k; c++) total += sizes[c];
  const within = diagonal
    ? squares(points, weights, responsibilities, k, means)
    : products(points, weights, responsibilities, k, means);
  return { k, cols, sizes, total, means, diagonal, within };
}

function centres(
  { rows, cols, stride, values }: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
): { sizes: Float64Array; means: Float64Array } {
  const width = cols + 1;
  const four = new FourRows(stride, weights, responsibilities, k);
  const sums = reduceBlocks(rows, k * width, (from, to, partial) => {
    for (let i = from; i < to; i += 4) {
      four.moveTo(i, to);
      const { a, b, c, d } = four;
      for (let component = 0, t = 0; component < k; component++) {
        four.weigh(component);
        const { za, zb, zc, zd } = four;
        for (let j = 0; j < cols; j++, t++)
          partial[t] += za * values[a + j] + zb * values[b + j] + zc * values[c + j] + zd * values[d + j];
        partial[t++] += za + zb + zc + zd;
      }
    }
  });
  const sizes = new Float64Array(k);
  const means = new Float64Array(k * cols);
  for (let c = 0; c < k; c++) {
    sizes[c] = sums[c * width + cols];
    if (sizes[c] > 0) for (let j = 0; j < cols; j++) means[c * cols + j] = sums[c * width + j] / sizes[c];
  }
  return { sizes, means };
}

function squares(
  { rows, cols, stride, values }: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
  means: Float64Array,
): Float64Array {
  const four = new FourRows(stride, weights, responsibilities, k);
  return reduceBlocks(rows, k * cols, (from, to, partial) => {
    for (let i = from; i < to; i += 4) {
      four.moveTo(i, to);
      const { a, b, c, d } = four;
      for (let component = 0, t = 0; component < k; component++) {
        four.weigh(component);
        const { za, zb, zc, zd } = four;
        for (let j = 0; j < cols; j++, t++) {
          const mean = means[t];
          const xa = values[a + j] - mean;
          const xb = values[b + j] - mean;
          const xc = values[c + j] - mean;
          const xd = values[d + j] - mean;
          partial[t] += za * xa * xa + zb * xb * xb + zc * xc * xc + zd * xd * xd;
        }
      }
    }
  });
}

function products(
  { rows, cols, stride, values }: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
  means: Float64Array,
): Float64Array {
  const square = cols * cols;
  const centred = new Float64Array(4 * cols);
  const four = new FourRows(stride, weights, responsibilities, k);
  const within = reduceBlocks(rows, k * square, (from, to, partial) => {
    for (let i = from; i < to; i += 4) {
      four.moveTo(i, to);
      const { a, b, c, d } = four;
      for (let component = 0; component < k; component++) {
        four.weigh(component);
        const { za, zb, zc, zd } = four;
        if (za + zb + zc + zd === 0) continue;
        for (let j = 0, t = 0, m = component * cols; j < cols; j++, t += 4, m++) {
          const mean = means[m];
          centred[t] = values[a + j] - mean;
          centred[t + 1] = values[b + j] - mean;
          centred[t + 2] = values[c + j] - mean;
          centred[t + 3] = values[d + j] - mean;
        }
        for (let j = 0, s = 0, o = component * square; j < cols; j++, s += 4, o += cols) {
          const xa = za * centred[s];
          const xb = zb * centred[s + 1];
          const xc = zc * centred[s + 2];
          const xd = zd * centred[s + 3];
          for (let l = 0, t = 0; l <= j; l++, t += 4)
            partial[o + l] += xa * centred[t] + xb * centred[t + 1] + xc * centred[t + 2] + xd * centred[t + 3];
        }
      }
    }
  });
  mirror(within, k, cols);
  return within;
}

/** Four rows at a time: each sum is then loaded and stored once for four products. */
class FourRows {
  /** Where the rows begin among the values. */
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  /** Their weights in one component. */
  za = 0;
  zb = 0;
  zc = 0;
  zd = 0;
  private row = 0;
  private count = 0;

  constructor(
    private readonly stride: number,
    private readonly weights: Float64Array | null,
    private readonly responsibilities: Float64Array,
    private readonly k: number,
  ) {}

  /** Rows from `i` on. Past the end of the block the last row stands in, without weight. */
  moveTo(i: number, end: number): void {
    const last = (end - 1) * this.stride;
    this.row = i;
    this.count = end - i;
    this.a = i * this.stride;
    this.b = min(this.a + this.stride, last);
    this.c = min(this.b + this.stride, last);
    this.d = min(this.c + this.stride, last);
  }

  /** Responsibility times the row's own weight. */
  weigh(component: number): void {
    const { row, count, k, responsibilities, weights } = this;
    const at = row * k + component;
    this.za = responsibilities[at];
    this.zb = count > 1 ? responsibilities[at + k] : 0;
    this.zc = count > 2 ? responsibilities[at + 2 * k] : 0;
    this.zd = count > 3 ? responsibilities[at + 3 * k] : 0;
    if (weights === null) return;
    this.za *= weights[row];
    if (count > 1) this.zb *= weights[row + 1];
    if (count > 2) this.zc *= weights[row + 2];
    if (count > 3) this.zd *= weights[row + 3];
  }
}

/** Lower triangles copied to the upper ones. */
function mirror(matrices: Float64Array, k: number, d: number): void {
  for (let c = 0; c < k; c++) {
    const o = c * d * d;
    for (let j = 0; j < d; j++) for (let l = 0; l < j; l++) matrices[o + l * d + j] = matrices[o + j * d + l];
  }
}
