/**
 * V A V' of matrix `c`: the scatter of a component along given axes, O(d³).
 *
 * @param matrices k x d x d, symmetric.
 * @param axes One row per axis, d x d.
 */
export function rotated(matrices: Float64Array, c: number, axes: Float64Array, d: number): Float64Array {
  const at = c * d * d;
  const half = new Float64Array(d * d);
  for (let v = 0; v < d; v++) {
    for (let j = 0; j < d; j++) {
      let dot = 0;
      for (let l = 0; l < d; l++) dot += axes[v * d + l] * matrices[at + l * d + j];
      half[v * d + j] = dot;
    }
  }
  const result = new Float64Array(d * d);
  for (let v = 0; v < d; v++) {
    for (let u = 0; u <= v; u++) {
      let dot = 0;
      for (let j = 0; j < d; j++) dot += half[v * d + j] * axes[u * d + j];
      result[v * d + u] = result[u * d + v] = dot;
    }
  }
  return result;
}

/**
 * Write V' diag(variances) V, exactly symmetric, into matrix `c` of `covariances`, O(d³).
 *
 * @param variances k x d.
 * @param axes One row per axis, d x d.
 */
export function composed(
  covariances: Float64Array,
  c: number,
  variances: Float64Array,
  axes: Float64Array,
  d: number,
): void {
  const at = c * d * d;
  for (let j = 0; j < d; j++) {
    for (let l = 0; l <= j; l++) {
      let entry = 0;
      for (let v = 0; v < d; v++) entry += axes[v * d + j] * variances[c * d + v] * axes[v * d + l];
      covariances[at + j * d + l] = covariances[at + l * d + j] = entry;
    }
  }
}

/** k diagonal matrices from their diagonals (k x d). */
export function diagonals(variances: Float64Array, k: number, d: number): Float64Array {
  const covariances = new Float64Array(k * d * d);
  for (let c = 0; c < k; c++) for (let j = 0; j < d; j++) covariances[c * d * d + j * (d + 1)] = variances[c * d + j];
  return covariances;
}

/** Sum of k matrices. */
export function pooled(matrices: Float64Array, k: number, d: number): Float64Array {
  const sum = new Float64Array(d * d);
  for (let c = 0, o = 0; c < k; c++) for (let j = 0; j < d * d; j++, o++) sum[j] += matrices[o];
  return sum;
}

/** A matrix repeated k times. */
export function repeated(matrix: Float64Array, k: number): Float64Array {
  const result = new Float64Array(k * matrix.length);
  for (let c = 0; c < k; c++) result.set(matrix, c * matrix.length);
  return result;
}
