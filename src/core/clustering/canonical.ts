/** Clusters and rows after relabelling: label 0 is the largest cluster, of equal sizes the one with the smallest row index. */
export function canonicalOrder(labels: Int32Array, k: number, weights: Float64Array | null = null): Int32Array {
  const sizes = new Float64Array(k);
  const first = new Int32Array(k).fill(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    sizes[label] += weights === null ? 1 : weights[i];
    if (i < first[label]) first[label] = i;
  }
  return Int32Array.from({ length: k }, (_, c) => c).sort(
    (a, b) => sizes[b] - sizes[a] || first[a] - first[b] || a - b,
  );
}

/** Rows of padded centroids in a new order. */
export function reorderCentroids(centroids: Float64Array, order: Int32Array, stride: number): Float64Array {
  const result = new Float64Array(order.length * stride);
  order.forEach((from, to) => result.set(centroids.subarray(from * stride, (from + 1) * stride), to * stride));
  return result;
}

/** The new label of each old one, from the old one of each new. */
export function inverseOrder(order: Int32Array): Int32Array {
  const inverse = new Int32Array(order.length);
  order.forEach((before, after) => (inverse[before] = after));
  return inverse;
}

/** Labels in canonical order (size descending, then smallest row), noise (−1) aside. */
export interface CanonicalLabels {
  readonly labels: Int32Array;
  /** Rows of each label. */
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
  const renamed = inverseOrder(order);
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
