import { inverseCholesky, packedSize } from '../../../linalg/cholesky';
import type { Scatter } from '../scatter';
import { pooled, repeated } from './rotation';
import { largestChange } from './variances';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { exp } = Math;

/** Relative change of the volumes at which their alternation with the matrix ends, and the rounds after which it ends anyway. */
const VOLUME_TOLERANCE = 1e-12;
const MAX_ROUNDS = 1000;

/** EEE: the pooled covariance. */
export const commonCovariance = ({ k, cols: d, within, total }: Scatter): Float64Array =>
  repeated(
    pooled(within, k, d).map((sum) => sum / total),
    k,
  );

/**
 * VEE: covariances λ_c C with |C| = 1, volumes and matrix in turn. The problem is geodesically convex, so where it starts does not matter.
 *
 * @returns k x d x d; null where C would be singular.
 *
 * O(k d² + d³) per round. Celeux and Govaert, Pattern Recognition 28(5), 1995.
 */
export function commonEllipsoid({ k, cols: d, within, sizes }: Scatter): Float64Array | null {
  const square = d * d;
  const inverse = new Float64Array(packedSize(d));
  const matrix = new Float64Array(square);
  let volumes = sizes.map((size, c) => traceOf(within, c, d) / (size * d));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (volumes.some((volume) => !(volume > 0))) return null;
    matrix.fill(0);
    for (let c = 0; c < k; c++) for (let j = 0; j < square; j++) matrix[j] += within[c * square + j] / volumes[c];
    const logDeterminant = inverseCholesky(matrix, d, 0, inverse, 0);
    if (logDeterminant === null) return null;
    const scale = exp((2 * logDeterminant) / d);
    for (let j = 0; j < square; j++) matrix[j] /= scale;
    const next = sizes.map((size, c) => (scale * quadraticTrace(within, c, inverse, d)) / (size * d));
    const change = largestChange(volumes, next);
    volumes = next;
    if (change <= VOLUME_TOLERANCE) break;
  }
  return repeated(matrix, k).map((entry, at) => volumes[Math.floor(at / square)] * entry);
}

function traceOf(matrices: Float64Array, c: number, d: number): number {
  let trace = 0;
  for (let j = 0; j < d; j++) trace += matrices[c * d * d + j * (d + 1)];
  return trace;
}

/** tr(L⁻¹ W L⁻ᵀ) for matrix `c` of W. */
function quadraticTrace(matrices: Float64Array, c: number, inverse: Float64Array, d: number): number {
  let trace = 0;
  for (let i = 0, row = 0; i < d; row += ++i) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      for (let l = 0; l <= i; l++) dot += matrices[c * d * d + j * d + l] * inverse[row + l];
      trace += inverse[row + j] * dot;
    }
  }
  return trace;
}
