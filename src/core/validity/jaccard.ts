import { PipelineError } from '../../contracts/errors';
import { assign } from '../linalg/hungarian';

/** Clusters of one labelling and their counterparts in another. */
export interface MatchedJaccard {
  /** Over the clusters of the first labelling that have rows, each counting the same; in [0, 1]. */
  readonly mean: number;
  /** Rows in both / rows in either, in [0, 1]; 0 where nothing was left to match; null for a cluster without rows. */
  readonly perCluster: readonly (number | null)[];
  /** Cluster of the second labelling; −1 where none shares a row. */
  readonly counterpart: readonly number[];
}

/**
 * Jaccard similarity of the clusters of two labellings of the same rows, each cluster matched to a different one so that the total is the
 * largest. A row that is −1 (unassigned) in one labelling belongs to no cluster of it, but still to its cluster of the other.
 *
 * @param k Clusters of the first labelling. @param kOfSecond Clusters of the second; they may be more or fewer.
 * @throws PipelineError `INSUFFICIENT_DATA` unless both have the same rows, labels fit, and at least one row is in a cluster of the first.
 *
 * O(n + k³). Jaccard, New Phytologist 11(2), 1912; Kuhn, Naval Research Logistics Quarterly 2, 1955.
 */
export function hungarianJaccard(a: Int32Array, b: Int32Array, k: number, kOfSecond = k): MatchedJaccard {
  const { table, inA, inB } = crossTable(a, b, k, kOfSecond);
  const jaccard = Array.from({ length: k }, (_, c) =>
    Array.from({ length: kOfSecond }, (_, d) => {
      const both = table[c * kOfSecond + d];
      return both === 0 ? 0 : both / (inA[c] + inB[d] - both);
    }),
  );
  const matched = assign(jaccard.map((row) => row.map((similarity) => 1 - similarity)));
  const counterpart = matched.map((d, c) => (d >= 0 && jaccard[c][d] > 0 ? d : -1));
  const perCluster = counterpart.map((d, c) => (inA[c] === 0 ? null : d < 0 ? 0 : jaccard[c][d]));
  const used = perCluster.filter((value) => value !== null);
  if (used.length === 0) throw new PipelineError('INSUFFICIENT_DATA', 'no row is in a cluster of the first labelling');
  return { mean: used.reduce((sum, value) => sum + value, 0) / used.length, perCluster, counterpart };
}

/** Rows by the clusters of two labellings, and in each cluster. */
export interface CrossTable {
  /** `table[a * kOfSecond + b]`. */
  readonly table: Float64Array;
  readonly inA: Float64Array;
  readonly inB: Float64Array;
}

/** Counts of rows; −1 counts in no cluster. `INSUFFICIENT_DATA` unless the labels are −1..k−1, one of each per row. O(n). */
export function crossTable(a: Int32Array, b: Int32Array, k: number, kOfSecond: number): CrossTable {
  const within = (count: number) => (label: number) => label >= -1 && label < count;
  if (a.length !== b.length || !a.every(within(k)) || !b.every(within(kOfSecond)))
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      `labellings of ${a.length} and ${b.length} rows with ${k} and ${kOfSecond} clusters cannot be compared`,
      { rows: [a.length, b.length], k: [k, kOfSecond] },
    );
  const table = new Float64Array(k * kOfSecond);
  const inA = new Float64Array(k);
  const inB = new Float64Array(kOfSecond);
  for (let i = 0; i < a.length; i++) {
    if (a[i] >= 0) inA[a[i]]++;
    if (b[i] >= 0) inB[b[i]]++;
    if (a[i] >= 0 && b[i] >= 0) table[a[i] * kOfSecond + b[i]]++;
  }
  return { table, inA, inB };
}
