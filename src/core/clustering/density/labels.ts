import { canonicalOrder } from '../canonical';

/** Labels in canonical order (size descending, then smallest row), noise (−1) aside. */
export interface CanonicalLabels {
  readonly labels: Int32Array;
  readonly sizes: readonly number[];
  /** The label before, of each label after. */
  readonly order: Int32Array;
  readonly noiseShare: number;
}

/** @param labels −1..k−1. O(n + k log k). */
export function canonicalLabels(labels: Int32Array, k: number): CanonicalLabels {
  const order = canonicalOrder(
    labels.filter((label) => label >= 0),
    k,
  );
  const renamed = new Int32Array(k);
  order.forEach((before, after) => (renamed[before] = after));
  const sizes = new Array<number>(k).fill(0);
  let noise = 0;
  const result = labels.map((label) => {
    if (label < 0) {
      noise++;
      return -1;
    }
    sizes[renamed[label]]++;
    return renamed[label];
  });
  return { labels: result, sizes, order, noiseShare: labels.length === 0 ? 0 : noise / labels.length };
}
