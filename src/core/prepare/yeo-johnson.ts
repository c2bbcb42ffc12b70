import { minimise } from './brent';
import { moments } from './moments';
import { blockSum } from './reduce';

/** λ is sought here; beyond, the transform is a step. */
const LAMBDA_RANGE = 6;
/** λ describes a shape: more rows than this are thinned to evenly spaced ones (in the order given). */
const LAMBDA_ROWS = 100_000;

/** Yeo-Johnson transform of one value; λ = 1 is the identity. Yeo and Johnson, Biometrika 87(4), 2000. */
export function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return lambda === 0 ? Math.log1p(x) : Math.expm1(lambda * Math.log1p(x)) / lambda;
  const mirrored = 2 - lambda;
  return mirrored === 0 ? -Math.log1p(-x) : -Math.expm1(mirrored * Math.log1p(-x)) / mirrored;
}

/**
 * λ of maximum likelihood under normality: minimises the negative profile log-likelihood by Brent's method on [-6, 6]
 * (absolute tolerance about 1e-9). That function is convex in λ (Marchand et al., NeurIPS 2022), so the minimum is the only one.
 *
 * @param column All finite, not constant.
 * O(n) per step, about 20 steps; above 100,000 rows evenly spaced ones are used.
 */
export function fitYeoJohnson(column: Float64Array): number {
  const sample = thin(column, LAMBDA_ROWS);
  const jacobian = blockSum(sample, (x) => Math.sign(x) * Math.log1p(Math.abs(x))) / sample.length;
  return minimise((lambda) => logVariance(sample, lambda) / 2 - (lambda - 1) * jacobian, -LAMBDA_RANGE, LAMBDA_RANGE);
}

/** log of the population variance of the transformed column; `Infinity` where it vanishes in floating point or overflows. */
function logVariance(column: Float64Array, lambda: number): number {
  let min = Infinity;
  let max = -Infinity;
  for (const x of column) {
    if (x < min) min = x;
    if (x > max) max = x;
  }
  if (min >= 0) return oneSided(column.map(Math.log1p), lambda);
  if (max <= 0) return oneSided(column.map((x) => Math.log1p(-x)), 2 - lambda);
  return finiteLog(moments(column.map((x) => yeoJohnson(x, lambda))).sd);
}

/**
 * Where all values have one sign the transform is `(e^{λl} - 1) / λ` of `l = log(1 + |x|)`. With the pivot m, its variance is
 * `e^{2λm}` times that of `(e^{λ(l-m)} - 1) / λ`, whose exponents are never positive: nothing overflows or cancels to a false maximum.
 */
function oneSided(logs: Float64Array, lambda: number): number {
  let pivot = logs[0];
  for (const l of logs) pivot = lambda > 0 ? Math.max(pivot, l) : Math.min(pivot, l);
  const scaled = lambda === 0 ? logs : logs.map((l) => Math.expm1(lambda * (l - pivot)) / lambda);
  return 2 * lambda * pivot + finiteLog(moments(scaled).sd);
}

const finiteLog = (sd: number): number => (sd > 0 && Number.isFinite(sd) ? 2 * Math.log(sd) : Infinity);

function thin(column: Float64Array, rows: number): Float64Array {
  if (column.length <= rows) return column;
  return Float64Array.from({ length: rows }, (_, i) => column[Math.floor((i * column.length) / rows)]);
}
