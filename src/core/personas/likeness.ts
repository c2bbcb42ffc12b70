import type { Matrix } from '../linalg/matrix';

/** Enough rows for a rank correlation to two digits; more are thinned to evenly spaced ones. */
const ROWS = 20_000;

/**
 * Spearman rank correlations between features (ties share their mean rank; missing values take the median): the measure of whether two
 * traits say one thing twice. At most 20,000 evenly spaced rows are used.
 *
 * @param features One row per customer in the order of their keys; NaN = missing.
 * @returns d x d, in [-1, 1]; 0 with a feature that has one value only.
 *
 * O(d n log n + d² n).
 */
export function rankCorrelations(features: Matrix): number[][] {
  const n = Math.min(features.rows, ROWS);
  const rows = Array.from({ length: n }, (_, i) => Math.floor((i * features.rows) / n));
  const ranked = features.names.map((_, j) => centredRanks(Float64Array.from(rows, (row) => features.values[row * features.cols + j])));
  const norms = ranked.map((ranks) => dot(ranks, ranks));
  return ranked.map((a, i) => ranked.map((b, j) => (norms[i] > 0 && norms[j] > 0 ? dot(a, b) / Math.sqrt(norms[i] * norms[j]) : 0)));
}

/** Ranks minus their mean; a missing value has 0, the rank in the middle. */
function centredRanks(column: Float64Array): Float64Array {
  const present = column.filter((x) => !Number.isNaN(x)).sort();
  const middle = (present.length - 1) / 2;
  const rankOf = new Map<number, number>();
  for (let start = 0; start < present.length; ) {
    let end = start;
    while (end + 1 < present.length && present[end + 1] === present[start]) end++;
    rankOf.set(present[start], (start + end) / 2 - middle);
    start = end + 1;
  }
  return column.map((x) => (Number.isNaN(x) ? 0 : (rankOf.get(x) ?? 0)));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
