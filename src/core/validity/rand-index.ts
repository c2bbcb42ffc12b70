import { PipelineError } from '../../contracts/errors';

/** Rows in cluster a of one labelling and b of the other: `table[a * bClusters + b]`. O(n). */
export function contingency(a: Int32Array, aClusters: number, b: Int32Array, bClusters: number): Float64Array {
  const table = new Float64Array(aClusters * bClusters);
  for (let i = 0; i < a.length; i++) table[a[i] * bClusters + b[i]]++;
  return table;
}

/**
 * Adjusted Rand index: agreement of two labellings over pairs of rows, corrected for chance. 1 = the same partition, about 0 = unrelated.
 * 1 where both put all rows in one cluster, or each row in its own.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` unless both have the same number of rows.
 *
 * O(n + k²). Hubert and Arabie, Journal of Classification 2, 1985.
 */
export function adjustedRandIndex(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length)
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      `two labellings of ${a.length} and ${b.length} rows cannot be compared`,
    );
  const aClusters = clustersOf(a);
  const bClusters = clustersOf(b);
  const table = contingency(a, aClusters, b, bClusters);
  const inA = new Float64Array(aClusters);
  const inB = new Float64Array(bClusters);
  let together = 0;
  table.forEach((count, at) => {
    together += pairs(count);
    inA[Math.floor(at / bClusters)] += count;
    inB[at % bClusters] += count;
  });
  const pairsA = inA.reduce((sum, count) => sum + pairs(count), 0);
  const pairsB = inB.reduce((sum, count) => sum + pairs(count), 0);
  const all = pairs(a.length);
  const expected = all > 0 ? (pairsA * pairsB) / all : 0;
  const largest = (pairsA + pairsB) / 2;
  return largest === expected ? 1 : (together - expected) / (largest - expected);
}

/** Labels in which rows of no cluster (−1) are a group of their own, for comparisons in which leaving rows out is an answer too. */
export const withNoiseAsGroup = (labels: Int32Array): Int32Array => labels.map((label) => label + 1);

const pairs = (count: number): number => (count * (count - 1)) / 2;
const clustersOf = (labels: Int32Array): number => labels.reduce((most, label) => Math.max(most, label + 1), 0);
