import { PipelineError } from '../../contracts/errors';
import { RandomStream } from '../linalg/random-stream';

/** Two halves of the rows, each ascending; of an odd number the second has one more. */
export interface Halves {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/** Share the rows out at random. The same split serves every k, so that differences between k are not those of the draw. O(n log n). */
export function drawHalves(rows: number, seed: number, split: number): Halves {
  const random = new RandomStream({ seed, stage: 'selection', use: 'halves', candidate: 0, restart: split, block: 0 });
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const middle = rows >> 1;
  // The first places of a Fisher-Yates shuffle: a simple random sample of half the rows.
  for (let i = 0; i < middle; i++) {
    const j = i + random.integer(rows - i);
    const row = order[j];
    order[j] = order[i];
    order[i] = row;
  }
  return { first: order.slice(0, middle).sort(), second: order.slice(middle).sort() };
}

export interface PredictionStrength {
  /** The least of the clusters, in [0, 1]. */
  readonly value: number;
  /** Share of the cluster's pairs that the other half's model keeps together, in [0, 1]. */
  readonly perCluster: readonly number[];
}

/**
 * Prediction strength of one half of the rows: of each of its own clusters, the share of pairs of rows that the model of the other half puts
 * into one cluster too; the weakest cluster counts. A cluster of less than two rows has no pair that could be torn apart: 1, as in fpc.
 * The usual reading: the largest k whose mean over splits and both halves is at least 0.8 to 0.9.
 *
 * @param own Cluster of each row by the half's own clustering, 0..k−1; −1 (unassigned) belongs to none.
 * @param predicted Cluster of the same rows by the other half's model, 0..k−1; −1 stays together with nobody.
 * @throws PipelineError `INSUFFICIENT_DATA` without rows, or where the labels do not fit each other or k.
 *
 * O(n + k²). Tibshirani and Walther, J. Computational and Graphical Statistics 14(3), 2005.
 */
export function predictionStrength(own: Int32Array, predicted: Int32Array, k: number): PredictionStrength {
  const fits = (label: number): boolean => label >= -1 && label < k;
  if (own.length === 0 || own.length !== predicted.length || k < 1 || !own.every(fits) || !predicted.every(fits))
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      `prediction strength needs two labels in 0..${k - 1} per row, got ${own.length} and ${predicted.length} rows`,
      { k, own: own.length, predicted: predicted.length },
    );
  const together = new Float64Array(k * k);
  const sizes = new Float64Array(k);
  own.forEach((cluster, i) => {
    if (cluster < 0) return;
    sizes[cluster]++;
    if (predicted[i] >= 0) together[cluster * k + predicted[i]]++;
  });
  const perCluster = Array.from(sizes, (size, c) => {
    if (size < 2) return 1;
    const kept = together.subarray(c * k, (c + 1) * k).reduce((sum, count) => sum + count * (count - 1), 0);
    return kept / (size * (size - 1));
  });
  return { value: Math.min(...perCluster), perCluster };
}
