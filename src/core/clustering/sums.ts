/** Weighted sums and weights of the clusters. */
export interface ClusterSums {
  readonly sums: Float64Array;
  readonly weights: Float64Array;
}

/** Take a row out of one cluster's sums (none where `from` is −1) and add it to another's. */
export function move(
  values: Float64Array,
  at: number,
  stride: number,
  weight: number,
  from: number,
  to: number,
  { sums, weights }: ClusterSums,
): void {
  weights[to] += weight;
  for (let j = 0, t = to * stride; j < stride; j++) sums[t + j] += weight * values[at + j];
  if (from < 0) return;
  weights[from] -= weight;
  for (let j = 0, f = from * stride; j < stride; j++) sums[f + j] -= weight * values[at + j];
}
