/** @param values At least one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The exponent b of cost = a * size^b: slope of the least-squares line through (ln size, ln cost).
 *
 * @returns Null with fewer than two different sizes, or where a value is not above 0.
 */
export function exponent(points: readonly { readonly size: number; readonly cost: number }[]): number | null {
  if (points.some(({ size, cost }) => !(size > 0) || !(cost > 0))) return null;
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ cost }) => Math.log(cost));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const spread = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  return spread > 0 ? x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / spread : null;
}
