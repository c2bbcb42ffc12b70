import { reduceBlocks } from '../linalg/blocks';

/** Sum of `term(value)` over a column, in fixed blocks of rows. O(n). */
export function blockSum(column: Float64Array, term: (value: number) => number): number {
  return reduceBlocks(column.length, 1, (from, to, partial) => {
    for (let i = from; i < to; i++) partial[0] += term(column[i]);
  })[0];
}

/** Sum of `a[i] * b[i]`, in the same blocks. Both have the same length. */
export function blockDot(a: Float64Array, b: Float64Array): number {
  return reduceBlocks(a.length, 1, (from, to, partial) => {
    for (let i = from; i < to; i++) partial[0] += a[i] * b[i];
  })[0];
}
