import { PipelineError } from '../../contracts/errors';
import type { Matrix } from './matrix';

/** `NOT_FINITE`, naming the first column that holds a NaN or an infinity and how many cells do. O(nd). */
export function requireFinite({ rows, cols, names, values }: Matrix): void {
  let bad = 0;
  let column = -1;
  for (let i = 0; i < rows * cols; i++) {
    if (Number.isFinite(values[i])) continue;
    bad++;
    if (column < 0) column = i % cols;
  }
  if (bad === 0) return;
  const name = names[column] ?? `column ${column + 1}`;
  throw new PipelineError('NOT_FINITE', `${bad} cells of the matrix are not finite numbers, the first in ${name}`, {
    cells: bad,
    column: name,
  });
}

/** True where |a_ij − a_ji| is at most `tolerance` times the largest entry; false where an entry, on the diagonal too, is no finite number. */
export function isSymmetric(values: Float64Array, size: number, tolerance = 1e-12): boolean {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++)
      if (!(Math.abs(values[i * size + j] - values[j * size + i]) <= tolerance * largest)) return false;
  }
  return true;
}
