// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const FAR = Infinity;

/**
 * Squared Euclidean distance between two padded rows. Unrolled by four: the partial sums are added in a fixed order.
 *
 * @param stride A multiple of four; the padding is zero on both sides.
 */
export function squaredDistance(a: Float64Array, aAt: number, b: Float64Array, bAt: number, stride: number): number {
  let sum = 0;
  for (let j = 0; j < stride; j += 4) {
    const d0 = a[aAt + j] - b[bAt + j];
    const d1 = a[aAt + j + 1] - b[bAt + j + 1];
    const d2 = a[aAt + j + 2] - b[bAt + j + 2];
    const d3 = a[aAt + j + 3] - b[bAt + j + 3];
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
  }
  return sum;
}

/** What `scan` found: [squared distance to the nearest, squared distance to the second, index of the second]. */
export type ScanOut = Float64Array;

/** Nearest centroid of one row (lower index on a tie); the rest goes to `out`. The numbers equal those of `squaredDistance`. */
export function scan(
  values: Float64Array,
  at: number,
  centroids: Float64Array,
  k: number,
  stride: number,
  out: ScanOut,
): number {
  if (stride === 8) return scan8(values, at, centroids, k, out);
  let best = FAR;
  let second = FAR;
  let label = -1;
  let runnerUp = -1;
  for (let c = 0; c < k; c++) {
    const distance = squaredDistance(values, at, centroids, c * stride, stride);
    if (distance < best) {
      second = best;
      runnerUp = label;
      best = distance;
      label = c;
    } else if (distance < second) {
      second = distance;
      runnerUp = c;
    }
  }
  out[0] = best;
  out[1] = second;
  out[2] = runnerUp;
  return label;
}

/** `scan` for five to eight columns, the usual width: the row stays in registers. */
function scan8(values: Float64Array, at: number, centroids: Float64Array, k: number, out: ScanOut): number {
  const x0 = values[at];
  const x1 = values[at + 1];
  const x2 = values[at + 2];
  const x3 = values[at + 3];
  const x4 = values[at + 4];
  const x5 = values[at + 5];
  const x6 = values[at + 6];
  const x7 = values[at + 7];
  let best = FAR;
  let second = FAR;
  let label = -1;
  let runnerUp = -1;
  for (let c = 0, t = 0; c < k; c++, t += 8) {
    const d0 = x0 - centroids[t];
    const d1 = x1 - centroids[t + 1];
    const d2 = x2 - centroids[t + 2];
    const d3 = x3 - centroids[t + 3];
    const d4 = x4 - centroids[t + 4];
    const d5 = x5 - centroids[t + 5];
    const d6 = x6 - centroids[t + 6];
    const d7 = x7 - centroids[t + 7];
    const distance = d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3) + (d4 * d4 + d5 * d5 + (d6 * d6 + d7 * d7));
    if (distance < best) {
      second = best;
      runnerUp = label;
      best = distance;
      label = c;
    } else if (distance < second) {
      second = distance;
      runnerUp = c;
    }
  }
  out[0] = best;
  out[1] = second;
  out[2] = runnerUp;
  return label;
}
