import { PipelineError } from '../../contracts/errors';
import type { Values } from '../linalg/matrix-view';
import { dispersion, type Dispersion } from './dispersion';

/** `INSUFFICIENT_DATA` unless 2 <= k < n: below or above the indices are not defined. */
export function requireDefined(n: number, k: number): void {
  if (!(k >= 2 && k < n))
    throw new PipelineError('INSUFFICIENT_DATA', `a validity index needs 2 <= k < n, got k=${k} and n=${n}`, { k, n });
}

/**
 * Calinski-Harabasz index: `(B / (k − 1)) / (W / (n − k))`, with B and W the between- and within-cluster sums of squares.
 * Higher is better; unitless; 1 where W = 0, as scikit-learn has it.
 *
 * @param known The dispersion of the labels, where it is known already.
 * @throws PipelineError `INSUFFICIENT_DATA` unless 2 <= k < n.
 *
 * O(nd). Calinski and Harabasz, Communications in Statistics 3(1), 1974.
 */
export function calinskiHarabasz(x: Values, labels: Int32Array, k: number, known?: Dispersion): number {
  requireDefined(x.rows, k);
  const { between, within } = known ?? dispersion(x, labels, k);
  return within === 0 ? 1 : between / (k - 1) / (within / (x.rows - k));
}

/**
 * Davies-Bouldin index: mean over clusters of the worst `(s_i + s_j) / d_ij`, with s the mean distance to the own mean and d the distance
 * of the means. Lower is better; >= 0. Clusters with the same mean do not count against each other, as scikit-learn has it.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` unless 2 <= k < n.
 *
 * O(nd + k²d). Davies and Bouldin, IEEE Trans. PAMI 1(2), 1979.
 */
export function daviesBouldin(x: Values, labels: Int32Array, k: number, known?: Dispersion): number {
  requireDefined(x.rows, k);
  const { means, spread } = known ?? dispersion(x, labels, k);
  const d = x.cols;
  let total = 0;
  for (let a = 0; a < k; a++) {
    let worst = 0;
    for (let b = 0; b < k; b++) {
      if (a === b) continue;
      let squared = 0;
      for (let j = 0; j < d; j++) squared += (means[a * d + j] - means[b * d + j]) ** 2;
      if (squared > 0) worst = Math.max(worst, (spread[a] + spread[b]) / Math.sqrt(squared));
    }
    total += worst;
  }
  return total / k;
}
