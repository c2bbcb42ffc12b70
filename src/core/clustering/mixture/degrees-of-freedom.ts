import type { CovarianceModel } from './types';

/**
 * Free parameters of a mixture: k − 1 proportions, k d means, and volume, shape and orientation of the covariances, each once (E), for
 * every component (V) or not at all (I). For one component or one column models that differ in name only have the same number.
 *
 * Celeux and Govaert, Pattern Recognition 28(5), 1995, table 1; mclust's `nMclustParams`.
 */
export function degreesOfFreedom(model: CovarianceModel, k: number, cols: number): number {
  const times = (letter: string): number => ({ E: 1, V: k })[letter] ?? 0;
  const [volume, shape, orientation] = model;
  const covariances = times(volume) + times(shape) * (cols - 1) + times(orientation) * ((cols * (cols - 1)) / 2);
  return k - 1 + k * cols + covariances;
}
