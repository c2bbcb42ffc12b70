import { symmetricEigen } from '../linalg/jacobi';

/** Correlations within a persona from here on are worth naming. */
export const NOTABLE_CORRELATION = 0.3;

/**
 * What a covariance says of a group: Σ = λ D A Dᵀ with the volume λ = |Σ|^(1/d), the shape A (axes with product 1) and the orientation D.
 * Celeux and Govaert, Pattern Recognition 28(5), 1995.
 */
export interface CovarianceShape {
  /** λ, a variance: 1 for uncorrelated columns in scaled units. */
  readonly volume: number;
  /** Standard deviation along the longest axis over that along the shortest. */
  readonly ratio: number;
  /** Share of the total variance along the longest axis. */
  readonly share: number;
  /** Unit vector of the longest axis, its largest entry positive. */
  readonly longest: readonly number[];
  /** Standard deviation of each column. */
  readonly deviations: readonly number[];
  /** Correlations of |r| ≥ `NOTABLE_CORRELATION`, strongest first. */
  readonly correlations: readonly { readonly a: number; readonly b: number; readonly r: number }[];
}

/** @param covariance d x d, positive definite. O(d³). */
export function covarianceShape(covariance: readonly (readonly number[])[]): CovarianceShape {
  const d = covariance.length;
  const { values, vectors } = symmetricEigen(Float64Array.from(covariance.flat()), d);
  const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
  const deviations = covariance.map((row, j) => Math.sqrt(row[j]));
  const correlations = covariance
    .flatMap((row, a) =>
      row.slice(0, a).map((value, b) => ({ a: b, b: a, r: value / (deviations[a] * deviations[b]) })),
    )
    .filter(({ r }) => Math.abs(r) >= NOTABLE_CORRELATION)
    .sort((x, y) => Math.abs(y.r) - Math.abs(x.r) || x.a - y.a || x.b - y.b);
  return {
    volume: Math.exp(logs / d),
    ratio: Math.sqrt(values[0] / values[d - 1]),
    share: values[0] / values.reduce((sum, value) => sum + value, 0),
    longest: Array.from(vectors.subarray(0, d)),
    deviations,
    correlations,
  };
}
