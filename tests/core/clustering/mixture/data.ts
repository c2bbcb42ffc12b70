import { toPoints, type Points } from '../../../../src/core/clustering/points';
import { normals, testStream } from '../data';

/** Rows of a mixture whose components differ in volume, shape and orientation, with soft and hard starts. */
export interface Drawn {
  readonly points: Points;
  /** Row-major without padding, n x d. */
  readonly rows: number[][];
  readonly k: number;
  /** n x k, rows sum to 1: noise about the component each row was drawn from. */
  readonly start: Float64Array;
}

export const pointsOf = (rows: readonly (readonly number[])[]): Points =>
  toPoints({
    rows: rows.length,
    cols: rows[0]?.length ?? 0,
    names: rows[0]?.map((_, j) => `x${j + 1}`) ?? [],
    values: Float64Array.from(rows.flat()),
  });

/** A mixture of `k` components in `d` columns; each component is stretched by a random matrix of its own. */
export function drawMixture(seed: number, n: number, d: number, k: number): Drawn {
  const random = testStream(seed);
  const normal = normals(random);
  const stretch = Array.from({ length: k }, (_, c) =>
    Array.from({ length: d * d }, (_entry, at) => 0.3 * normal() + (at % (d + 1) === 0 ? 0.5 + 0.3 * c : 0)),
  );
  const centres = Array.from({ length: k }, () => Array.from({ length: d }, () => 3 * normal()));
  const truth = Array.from({ length: n }, (_, i) => i % k);
  const rows = truth.map((c) => {
    const z = Array.from({ length: d }, normal);
    return centres[c].map((centre, j) => centre + z.reduce((sum, value, l) => sum + stretch[c][j * d + l] * value, 0));
  });
  const start = new Float64Array(n * k);
  truth.forEach((own, i) => {
    const raw = Array.from({ length: k }, (_, c) => random.uniform() + (c === own ? 2 : 0.1));
    const total = raw.reduce((sum, value) => sum + value, 0);
    raw.forEach((value, c) => (start[i * k + c] = value / total));
  });
  return { points: pointsOf(rows), rows, k, start };
}

/** One-hot responsibilities. */
export function hard(labels: ArrayLike<number>, k: number): Float64Array {
  const z = new Float64Array(labels.length * k);
  for (let i = 0; i < labels.length; i++) z[i * k + labels[i]] = 1;
  return z;
}

/** Largest absolute difference between two vectors of the same length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** Matrix `c` of k matrices, as rows. */
export const matrixAt = (matrices: Float64Array, c: number, d: number): number[][] =>
  Array.from({ length: d }, (_, j) => Array.from(matrices.subarray(c * d * d + j * d, c * d * d + (j + 1) * d)));
