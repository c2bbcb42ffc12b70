/**
 * Quantile of type 7 (Hyndman and Fan, The American Statistician 50(4), 1996): linear between order statistics,
 * the default of R, NumPy and DuckDB's `quantile_cont`.
 *
 * @param sorted Ascending, at least one value.
 * @param p Probability in [0, 1].
 */
export function quantile(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
