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
