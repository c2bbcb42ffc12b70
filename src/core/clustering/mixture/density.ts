import { inverseCholesky, packedSize } from '../../linalg/cholesky';
import type { MixtureParameters } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { log, sqrt, PI } = Math;

/** The parameters of a mixture as the densities need them. */
export interface Density {
  readonly k: number;
  readonly cols: number;
  /** All covariances are diagonal. */
  readonly diagonal: boolean;
  /** k x d. */
  readonly means: Float64Array;
  /** Inverse Cholesky factors, packed, k x d(d+1)/2; where all are diagonal the inverse standard deviations, k x d. */
  readonly factors: Float64Array;
  /** Logarithm of proportion and normalising constant (k); −Infinity where a proportion is 0. */
  readonly constants: Float64Array;
}

/** Whether the axes of the ellipsoids are those of the data. */
export const isDiagonal = ({ model }: Pick<MixtureParameters, 'model'>): boolean => model.endsWith('I');

/**
 * Factor the covariances of a mixture.
 *
 * @returns Null where one of them is not positive definite to working precision.
 *
 * O(k d³), O(k d) where they are diagonal.
 */
export function densityOf(parameters: MixtureParameters): Density | null {
  const { k, cols, means, proportions } = parameters;
  const diagonal = isDiagonal(parameters);
  const factors = new Float64Array(k * (diagonal ? cols : packedSize(cols)));
  const constants = new Float64Array(k);
  const base = -0.5 * cols * log(2 * PI);
  for (let c = 0; c < k; c++) {
    const logDeterminant = diagonal ? inverseDeviations(parameters, c, factors) : inverseFactor(parameters, c, factors);
    if (logDeterminant === null) return null;
    constants[c] = base + log(proportions[c]) - logDeterminant;
  }
  return { k, cols, diagonal, means, factors, constants };
}

const inverseFactor = ({ cols, covariances }: MixtureParameters, c: number, factors: Float64Array): number | null =>
  inverseCholesky(covariances, cols, c * cols * cols, factors, c * packedSize(cols));

function inverseDeviations({ cols, covariances }: MixtureParameters, c: number, factors: Float64Array): number | null {
  let logDeterminant = 0;
  for (let j = 0; j < cols; j++) {
    const deviation = sqrt(covariances[c * cols * cols + j * cols + j]);
    if (!(deviation > 0 && deviation < Infinity)) return null;
    logDeterminant += log(deviation);
    factors[c * cols + j] = 1 / deviation;
  }
  return logDeterminant;
}
