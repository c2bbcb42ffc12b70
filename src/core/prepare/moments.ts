import { blockDot, blockSum } from './reduce';

export interface Moments {
  readonly mean: number;
  /** Population standard deviation (divisor n). */
  readonly sd: number;
  /** g1 = m3 / m2^1.5 with population moments; 0 where sd = 0. */
  readonly skewness: number;
}

/**
 * Mean, population standard deviation and skewness g1 (Joanes and Gill, The Statistician 47(1), 1998), in two passes.
 * The column has at least one value, all finite. The deviations are taken in units of the largest one: their cubes do not overflow.
 */
export function moments(column: Float64Array): Moments {
  const n = column.length;
  const mean = blockSum(column, (x) => x) / n;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(column[i] - mean));
  if (largest === 0) return { mean, sd: 0, skewness: 0 };
  const m2 = blockSum(column, (x) => ((x - mean) / largest) ** 2) / n;
  const m3 = blockSum(column, (x) => ((x - mean) / largest) ** 3) / n;
  return { mean, sd: Math.sqrt(m2) * largest, skewness: m3 / m2 ** 1.5 };
}

/** Pearson correlation of two columns of equal length with the given moments; 0 where one is constant. In [-1, 1]. */
export function pearson(a: Float64Array, ma: Moments, b: Float64Array, mb: Moments): number {
  if (ma.sd === 0 || mb.sd === 0) return 0;
  const covariance = blockDot(centred(a, ma.mean), centred(b, mb.mean)) / a.length;
  return Math.max(-1, Math.min(1, covariance / (ma.sd * mb.sd)));
}

const centred = (column: Float64Array, mean: number): Float64Array => column.map((x) => x - mean);
