// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { sqrt, log } = Math;

/** A pivot this small beside its diagonal entry is rounding. */
const SMALLEST_PIVOT = 4 * Number.EPSILON;

/** Entries of a packed lower triangle. */
export const packedSize = (size: number): number => (size * (size + 1)) / 2;

/**
 * Inverse of the Cholesky factor of a symmetric positive definite matrix A = L L'.
 *
 * @param matrix Holds A, d x d row-major, from index `at` on; only its lower triangle is read.
 * @param inverse L⁻¹ is written here, rows of the lower triangle one after the other, from `to` on: d (d + 1) / 2 numbers.
 * @returns log of the determinant of L (half that of A), or null where A is not positive definite to working precision.
 *
 * O(d³). Golub and Van Loan, Matrix Computations, 4th ed., section 4.2.
 */
export function inverseCholesky(
  matrix: Float64Array,
  size: number,
  at: number,
  inverse: Float64Array,
  to: number,
): number | null {
  let logDeterminant = 0;
  // Row i of L is worked out in place of row i of the inverse, which then follows from it by substitution.
  const factor = new Float64Array(packedSize(size));
  for (let i = 0, row = 0; i < size; row += ++i) {
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let sum = matrix[at + i * size + j];
      for (let l = 0; l < j; l++) sum -= factor[row + l] * factor[other + l];
      if (j < i) factor[row + j] = sum / factor[other + j];
      else if (!(sum > SMALLEST_PIVOT * matrix[at + i * size + i]) || sum === Infinity) return null;
      else factor[row + i] = sqrt(sum);
    }
    const diagonal = factor[row + i];
    logDeterminant += log(diagonal);
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let l = j, entry = packedSize(j) + j; l < i; entry += ++l) sum -= factor[row + l] * inverse[to + entry];
      inverse[to + row + j] = sum / diagonal;
    }
    inverse[to + row + i] = 1 / diagonal;
  }
  return logDeterminant;
}
