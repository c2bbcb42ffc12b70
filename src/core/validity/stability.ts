import type { ClusterStability } from '../../contracts/selection';
import { contingency } from './rand-index';
import { RandomStream } from '../linalg/random-stream';

/** Mean Jaccard from which a cluster is stable, and from which it is a pattern; below that it is not to be trusted (Hennig 2007). */
const STABLE = 0.75;
export const PATTERN = 0.6;
/** Jaccard up to which a resample dissolves a cluster, and from which it recovers it. */
const DISSOLVED = 0.5;
const RECOVERED = 0.75;

/** A bootstrap resample as distinct rows (ascending) and how often each was drawn. */
export interface Resample {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
}

/** Draw `n` of `n` rows with replacement. The same resample serves every k, so that differences between k are not those of the draw. O(n). */
export function drawResample(n: number, seed: number, resample: number): Resample {
  const random = new RandomStream({
    seed,
    stage: 'selection',
    use: 'resample',
    candidate: 0,
    restart: resample,
    block: 0,
  });
  const times = new Float64Array(n);
  for (let i = 0; i < n; i++) times[random.integer(n)]++;
  const rows = Int32Array.from(times.keys()).filter((row) => times[row] > 0);
  return { rows, weights: Float64Array.from(rows, (row) => times[row]) };
}

/**
 * For each original cluster the largest Jaccard similarity with a cluster of the resample, over the rows that were drawn:
 * `|C ∩ D| / |C ∪ D|`, in [0, 1]. 0 for a cluster of which no row was drawn.
 *
 * O(n + k²). Hennig, Computational Statistics and Data Analysis 52, 2007.
 */
export function bestJaccards(original: Int32Array, resampled: Int32Array, k: number): Float64Array {
  const table = contingency(original, k, resampled, k);
  const inOriginal = new Float64Array(k);
  const inResampled = new Float64Array(k);
  table.forEach((count, at) => {
    inOriginal[Math.floor(at / k)] += count;
    inResampled[at % k] += count;
  });
  return inOriginal.map((size, c) => {
    let best = 0;
    for (let r = 0; r < k; r++) {
      const shared = table[c * k + r];
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
      label: jaccard >= STABLE ? 'stable' : jaccard >= PATTERN ? 'pattern' : 'not to be trusted',
    };
  });
}

/** Mean over the clusters, each counting the same. */
export const meanJaccard = (stability: readonly ClusterStability[]): number =>
  stability.reduce((sum, { jaccard }) => sum + jaccard, 0) / stability.length;
