// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { abs, sqrt, hypot } = Math;

/** Sweeps converge quadratically; what is left after this many is rounding. */
const MAX_SWEEPS = 60;
/** An off-diagonal entry this small beside its two diagonal entries no longer changes them. */
const NEGLIGIBLE = 1e-17;

/** Eigenvalues, largest first, and their eigenvectors. */
export interface Eigen {
  readonly values: Float64Array;
  /** d x d; row v is the unit eigenvector of `values[v]`, its largest entry (the first of equals) positive. */
  readonly vectors: Float64Array;
}

/**
 * Eigendecomposition of a symmetric matrix by cyclic Jacobi rotations: slow beside tridiagonal methods, but short, always in the same order
 * and with small relative errors even in small eigenvalues of a scaled matrix.
 *
 * @param matrix Holds the d x d matrix, row-major, from index `at` on; all finite. Not changed.
 *
 * O(d³) per sweep, about six to ten sweeps. Golub and Van Loan, Matrix Computations, 4th ed., section 8.5; Demmel and Veselić, SIAM J.
 * Matrix Anal. Appl. 13(4), 1992.
 */
export function symmetricEigen(matrix: Float64Array, size: number, at = 0): Eigen {
  const a = matrix.slice(at, at + size * size);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS && rotateAll(a, vectors, size); sweep++);
  return sorted(a, vectors, size);
}

/** One sweep over all pairs; false where nothing was left to rotate. */
function rotateAll(a: Float64Array, vectors: Float64Array, d: number): boolean {
  let rotated = false;
  for (let p = 0; p < d; p++) {
    for (let q = p + 1; q < d; q++) {
      const off = a[p * d + q];
      const app = a[p * d + p];
      const aqq = a[q * d + q];
      if (abs(off) <= NEGLIGIBLE * sqrt(abs(app)) * sqrt(abs(aqq)) || off === 0) {
        a[p * d + q] = 0;
        a[q * d + p] = 0;
        continue;
      }
      rotated = true;
      const theta = (aqq - app) / (2 * off);
      const t = (theta < 0 ? -1 : 1) / (abs(theta) + hypot(theta, 1));
      const c = 1 / sqrt(t * t + 1);
      const s = t * c;
      for (let j = 0; j < d; j++) {
        if (j === p || j === q) continue;
        const x = a[p * d + j];
        const y = a[q * d + j];
        a[p * d + j] = a[j * d + p] = c * x - s * y;
        a[q * d + j] = a[j * d + q] = s * x + c * y;
      }
      a[p * d + p] = app - t * off;
      a[q * d + q] = aqq + t * off;
      a[p * d + q] = a[q * d + p] = 0;
      rotateRows(vectors, p * d, q * d, d, c, s);
    }
  }
  return rotated;
}

function rotateRows(values: Float64Array, p: number, q: number, d: number, c: number, s: number): void {
  for (let j = 0; j < d; j++) {
    const x = values[p + j];
    const y = values[q + j];
    values[p + j] = c * x - s * y;
    values[q + j] = s * x + c * y;
  }
}

function sorted(a: Float64Array, vectors: Float64Array, d: number): Eigen {
  const order = Array.from({ length: d }, (_, i) => i).sort((i, j) => a[j * d + j] - a[i * d + i] || i - j);
  const result = { values: new Float64Array(d), vectors: new Float64Array(d * d) };
  order.forEach((from, to) => {
    const vector = vectors.subarray(from * d, (from + 1) * d);
    let leader = 0;
    for (let j = 1; j < d; j++) if (abs(vector[j]) > abs(vector[leader])) leader = j;
    const sign = vector[leader] < 0 ? -1 : 1;
    result.values[to] = a[from * d + from];
    for (let j = 0; j < d; j++) result.vectors[to * d + j] = sign * vector[j];
  });
  return result;
}
