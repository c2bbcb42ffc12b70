import type { Points } from '../clustering/points';

/** Where single precision has its digits: points are read as `(x − centre) · scale`, which lies within [−2, 2]. */
export interface UnitBox {
  /** Length cols. */
  readonly centres: Float64Array;
  /** A power of two, so that scaling rounds nothing. */
  readonly scale: number;
}

/** Exponents beyond this would leave the range of a number. */
const MOST_EXPONENT = 1000;

/** The box of points: centred on the means of the columns, scaled by the largest coordinate. O(nd). */
export function unitBoxOf({ rows, cols, stride, values }: Points): UnitBox {
  const centres = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) centres[j] += values[i * stride + j] / rows;
  // Numbers near the largest there is: they are left where they are.
  for (let j = 0; j < cols; j++) if (!Number.isFinite(centres[j])) centres[j] = 0;
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const size = Math.abs(values[i * stride + j] - centres[j]);
      if (size > largest) largest = size;
    }
  }
  const exponent = largest > 0 ? Math.floor(Math.log2(largest)) : 0;
  return { centres, scale: 2 ** -Math.max(-MOST_EXPONENT, Math.min(exponent, MOST_EXPONENT)) };
}
