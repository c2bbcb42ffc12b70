import type { StoredMixture } from '../../../contracts/model';
import { symmetricEigen } from '../../linalg/jacobi';

/** Twice the log density of a component but for a constant: x'Ax + b'x. */
export interface Quadratic {
  /** A = −Σ⁻¹, d x d. */
  readonly square: readonly (readonly number[])[];
  /** b = 2 Σ⁻¹ μ, d. */
  readonly linear: readonly number[];
}

/** O(d³). */
export function quadraticOf({ means, covariances }: StoredMixture, component: number): Quadratic {
  const mean = means[component];
  const d = mean.length;
  const { values, vectors } = symmetricEigen(Float64Array.from(covariances[component].flat()), d);
  const precision = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_unused, j) => {
      let sum = 0;
      for (let e = 0; e < d; e++) sum += (vectors[i * d + e] * vectors[j * d + e]) / values[e];
      return sum;
    }),
  );
  return {
    square: precision.map((row) => row.map((value) => -value)),
    linear: precision.map((row) => 2 * row.reduce((sum, value, j) => sum + value * mean[j], 0)),
  };
}
