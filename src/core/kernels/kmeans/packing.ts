import type { Points } from '../../clustering/points';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { abs, floor, fround, log2, max, sqrt } = Math;

/** Rows of a block; see kernels/kmeans.ts. */
export const BLOCK = 8;
/** Half the spacing of f32 at 1: the largest relative error of one operation. */
const UNIT = 2 ** -24;
/** Rows that the centring is taken from, at equal steps. */
const SAMPLE = 1024;
/** Scores of rows beyond it could overflow. */
const LARGEST = 1e17;
/** Scores this small may have lost all their digits to underflow. */
const UNDERFLOW = 1e-35;
/** Keeps a bound a bound after it was rounded to f32. */
const UP = 1 + 1e-6;

/** `(value - shift) * scale`: what brings rows near to 0 and 1, where f32 tells them apart best. Which one it is changes no result. */
export interface Centring {
  /** Per column. */
  readonly shift: Float64Array;
  /** A power of two, so that scaling rounds nothing. */
  readonly scale: number;
}

/** Centring by some rows at equal steps. */
export function centringOf(points: Points): Centring {
  const step = max(1, floor(points.rows / SAMPLE));
  return centringBy(points.values, points.cols, points.stride, points.rows, step);
}

/** Centring by every `step`-th of padded rows. */
export function centringBy(values: Float64Array, cols: number, stride: number, rows: number, step = 1): Centring {
  const shift = new Float64Array(cols);
  let count = 0;
  for (let i = 0; i < rows; i += step, count++) for (let j = 0; j < cols; j++) shift[j] += values[i * stride + j];
  for (let j = 0; j < cols; j++) shift[j] /= count;
  let largest = 0;
  for (let i = 0; i < rows; i += step) for (let j = 0; j < cols; j++) largest = max(largest, abs(values[i * stride + j] - shift[j]));
  // Beyond 2^±1000 the scale itself would overflow: such rows are in doubt everywhere, and decided in f64.
  const scale = largest > 0 && largest < Infinity ? 2 ** -max(-1000, floor(log2(largest))) : 1;
  return { shift, scale };
}

export const blocksFor = (rows: number): number => Math.ceil(rows / BLOCK);
export const bytesPerBlock = (cols: number): number => (cols + 1) * BLOCK * Float32Array.BYTES_PER_ELEMENT;

/**
 * Rows [from, to) into blocks of eight: columns, then norms, rounded up; the last block is filled up with zeros.
 *
 * @param out `blocksFor(to - from) * (cols + 1) * 8` numbers, overwritten.
 */
export function packRows({ cols, stride, values }: Points, from: number, to: number, { shift, scale }: Centring, out: Float32Array): void {
  const width = (cols + 1) * BLOCK;
  for (let i = from, at = 0; i < to; i += BLOCK, at += width) {
    const count = i + BLOCK <= to ? BLOCK : to - i;
    if (count < BLOCK) out.fill(0, at, at + width);
    for (let p = 0; p < count; p++) {
      let squares = 0;
      for (let j = 0, o = (i + p) * stride, t = at + p; j < cols; j++, o++, t += BLOCK) {
        const value = (values[o] - shift[j]) * scale;
        squares += value * value;
        out[t] = value;
      }
      const norm = sqrt(squares) * UP;
      // Its products could overflow, and then two scores look far apart that are not: no score is far enough from another.
      out[at + cols * BLOCK + p] = norm > LARGEST ? Infinity : norm;
    }
  }
}

export const quadsFor = (k: number): number => Math.ceil(k / 4);

/** Offset of a centroid that only fills up a quad: no row is nearest to it. */
const FAR = -3e38;

/** What f32 cannot tell apart: scores of a row closer than `norm * slope + base`. */
export interface Resolution {
  readonly slope: number;
  readonly base: number;
}

/**
 * Centroids into quads with their offsets.
 *
 * @param centroids k x stride.
 * @param quads `quadsFor(k) * cols * 4` numbers, overwritten.
 * @param offsets `quadsFor(k) * 4` numbers, overwritten.
 * @param halves k numbers, overwritten with |c|²/2 in f64.
 * @returns An upper bound of the rounding errors of two scores: of d products and sums each, and of rounding row, centroid and offset. Higham, Accuracy and Stability of Numerical
 *   Algorithms, 2002, section 3.1.
 */
export function packCentroids(
  centroids: Float64Array,
  k: number,
  cols: number,
  stride: number,
  { shift, scale }: Centring,
  quads: Float32Array,
  offsets: Float32Array,
  halves: Float64Array,
): Resolution {
  quads.fill(0);
  offsets.fill(FAR);
  let largest = 0;
  for (let c = 0; c < k; c++) {
    const at = (c >> 2) * cols * 4 + (c & 3);
    let squares = 0;
    for (let j = 0; j < cols; j++) {
      const value = (centroids[c * stride + j] - shift[j]) * scale;
      squares += value * value;
      quads[at + j * 4] = value;
    }
    halves[c] = squares / 2;
    offsets[c] = -halves[c];
    largest = max(largest, squares);
  }
  const unit = 2 * (cols + 8) * UNIT;
  return { slope: fround(unit * sqrt(largest) * UP), base: fround((unit * largest) / 2 + UNDERFLOW) };
}
