import type { ClusterStability } from '../../contracts/selection';
import { RandomStream } from '../linalg/random-stream';
import { drawHalves } from './prediction-strength';

/** Mean Jaccard from which a cluster is stable, and from which it is a pattern; below that it is not to be trusted (Hennig 2007). */
const STABLE = 0.75;
export const PATTERN = 0.6;

/** What a Jaccard similarity in [0, 1] says of a cluster that was looked for again. */
export const stabilityLabel = (jaccard: number): ClusterStability['label'] =>
  jaccard >= STABLE ? 'stable' : jaccard >= PATTERN ? 'pattern' : 'not to be trusted';

/** Jaccard up to which a resample dissolves a cluster, and from which it recovers it. */
const DISSOLVED = 0.5;
const RECOVERED = 0.75;

/** A resample as distinct rows (ascending) and how often each was drawn; null: once each. */
export interface Resample {
  readonly rows: Int32Array;
  readonly weights: Float64Array | null;
}

/** How resamples are drawn: `n` of `n` with replacement, as whole-number weights, or half of the rows without. */
export type Resampling = 'weights' | 'halves';

/** The same resample serves every candidate, so that differences between candidates are not those of the draw. O(n). */
export function drawResample(n: number, how: Resampling, seed: number, resample: number): Resample {
  return how === 'weights' ? drawWeights(n, seed, resample) : { rows: drawHalves(n, seed, resample).first, weights: null };
}

function drawWeights(n: number, seed: number, resample: number): Resample {
  const random = new RandomStream({ seed, stage: 'selection', use: 'resample', candidate: 0, restart: resample, block: 0 });
  const times = new Float64Array(n);
  for (let i = 0; i < n; i++) times[random.integer(n)]++;
  const rows = Int32Array.from(times.keys()).filter((row) => times[row] > 0);
  return { rows, weights: Float64Array.from(rows, (row) => times[row]) };
}

/** The rows below `n` that are not among `rows` (ascending). */
export function leftOut(n: number, rows: Int32Array): Int32Array {
  const drawn = new Uint8Array(n);
  for (const row of rows) drawn[row] = 1;
  return Int32Array.from({ length: n }, (_, i) => i).filter((row) => drawn[row] === 0);
}

/**
 * For each original cluster the largest Jaccard similarity with a cluster of the resample, over the rows given: `|C ∩ D| / |C ∪ D|`, in [0, 1].
 * 0 for a cluster of which there is no row. Rows labelled −1 belong to no cluster.
 *
 * @param k Clusters of `original`. @param others Clusters of `resampled`.
 *
 * O(n + k²). Hennig, Computational Statistics and Data Analysis 52, 2007.
 */
export function bestJaccards(original: Int32Array, resampled: Int32Array, k: number, others = k): Float64Array {
  const table = new Float64Array(k * others);
  const inOriginal = new Float64Array(k);
  const inResampled = new Float64Array(others);
  for (let i = 0; i < original.length; i++) {
    const [a, b] = [original[i], resampled[i]];
    if (a >= 0) inOriginal[a]++;
    if (b >= 0) inResampled[b]++;
    if (a >= 0 && b >= 0) table[a * others + b]++;
  }
  return inOriginal.map((size, c) => {
    let best = 0;
    for (let r = 0; r < others; r++) {
      const shared = table[c * others + r];
      if (shared > 0) best = Math.max(best, shared / (size + inResampled[r] - shared));
    }
    return best;
  });
}

/** Per cluster the mean over the resamples, in order, and what it says. @param jaccards One vector of k numbers per resample. */
export function summariseStability(jaccards: readonly ArrayLike<number>[], k: number): ClusterStability[] {
  return Array.from({ length: k }, (_, c) => {
    const values = jaccards.map((resample) => resample[c]);
    const jaccard = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      jaccard,
      dissolved: values.filter((value) => value <= DISSOLVED).length,
      recovered: values.filter((value) => value >= RECOVERED).length,
      label: stabilityLabel(jaccard),
    };
  });
}

/** Mean over the clusters, each counting the same. */
export const meanJaccard = (stability: readonly ClusterStability[]): number =>
  stability.reduce((sum, { jaccard }) => sum + jaccard, 0) / stability.length;
