import { symmetricEigen } from '../../../linalg/jacobi';
import type { Scatter } from '../scatter';
import { composed } from './rotation';
import { VARIANCES, type VarianceModel } from './variances';

/**
 * Covariances with axes of their own (EEV, VEV, EVV): the axes are the principal axes of each scatter matrix, largest spread first.
 *
 * @returns k x d x d; null where a spread of 0 leaves no shape.
 *
 * O(k d³). Celeux and Govaert, Pattern Recognition 28(5), 1995.
 */
export function ownAxes({ k, cols: d, within, sizes }: Scatter, variances: VarianceModel): Float64Array | null {
  const axes: Float64Array[] = [];
  const spreads = new Float64Array(k * d);
  for (let c = 0; c < k; c++) {
    const { values, vectors } = symmetricEigen(within, d, c * d * d);
    axes.push(vectors);
    // Rounding can leave the eigenvalue of an empty direction a little below zero.
    values.forEach((value, j) => (spreads[c * d + j] = Math.max(value, 0)));
  }
  const found = VARIANCES[variances](spreads, sizes, d);
  if (found === null) return null;
  const covariances = new Float64Array(k * d * d);
  axes.forEach((own, c) => composed(covariances, c, found, own, d));
  return covariances;
}
