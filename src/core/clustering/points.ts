import type { Matrix } from '../linalg/matrix';

/** Rows as the kernels read them: row-major, each row padded with zeros to a multiple of four, which changes no distance. */
export interface Points {
  readonly rows: number;
  readonly cols: number;
  /** Numbers per row, a multiple of four. */
  readonly stride: number;
  readonly values: Float64Array;
}

export const strideOf = (cols: number): number => Math.max(4, Math.ceil(cols / 4) * 4);

/** Copy a matrix, or chosen rows of it in the given order, into padded rows; `shared` puts them into memory all threads can read. */
export function toPoints(
  x: Matrix,
  { rows, shared = false }: { readonly rows?: ArrayLike<number>; readonly shared?: boolean } = {},
): Points {
  const stride = strideOf(x.cols);
  const count = rows?.length ?? x.rows;
  const values = allocate(count * stride, shared);
  for (let i = 0; i < count; i++) {
    const from = (rows ? rows[i] : i) * x.cols;
    for (let j = 0; j < x.cols; j++) values[i * stride + j] = x.values[from + j];
  }
  return { rows: count, cols: x.cols, stride, values };
}

/** Chosen rows of padded points, in the given order. */
export function pickPoints({ cols, stride, values }: Points, rows: ArrayLike<number>, shared = false): Points {
  const picked = allocate(rows.length * stride, shared);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * stride;
    for (let j = 0; j < stride; j++) picked[i * stride + j] = values[from + j];
  }
  return { rows: rows.length, cols, stride, values: picked };
}

const allocate = (length: number, shared: boolean): Float64Array =>
  shared ? new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT)) : new Float64Array(length);

/** Centroids as nested arrays (k x d) into padded rows. */
export function padCentroids(centroids: readonly (readonly number[])[], stride: number): Float64Array {
  const padded = new Float64Array(centroids.length * stride);
  centroids.forEach((centroid, c) => padded.set(centroid, c * stride));
  return padded;
}

/** Padded centroids into nested arrays (k x d), for JSON. */
export const unpadCentroids = (padded: Float64Array, k: number, cols: number, stride: number): number[][] =>
  Array.from({ length: k }, (_, c) => Array.from(padded.subarray(c * stride, c * stride + cols)));

/** Padded rows as a matrix of `stride` columns; the zero columns add nothing to any sum of squares. */
export const asValues = ({ rows, stride, values }: Points): { rows: number; cols: number; values: Float64Array } => ({
  rows,
  cols: stride,
  values,
});
