import type { Matrix } from '../linalg/matrix';

/** The rows of a table that have a value in every column. */
export interface CompleteRows {
  readonly matrix: Matrix;
  /** Where each row of the matrix stands in the table, from 0, ascending. */
  readonly rows: Int32Array;
  /** Missing values of each column, over all rows of the table. */
  readonly missing: readonly number[];
}

/** Leave out the rows in which a value is missing (NaN). O(nd). */
export function completeRows({ rows: n, cols: d, names, values }: Matrix): CompleteRows {
  const missing = new Array<number>(d).fill(0);
  const rows: number[] = [];
  for (let i = 0; i < n; i++) {
    let complete = true;
    for (let j = 0; j < d; j++) {
      if (!Number.isNaN(values[i * d + j])) continue;
      missing[j]++;
      complete = false;
    }
    if (complete) rows.push(i);
  }
  const kept = new Float64Array(rows.length * d);
  rows.forEach((row, i) => kept.set(values.subarray(row * d, (row + 1) * d), i * d));
  return { matrix: { rows: rows.length, cols: d, names, values: kept }, rows: Int32Array.from(rows), missing };
}
