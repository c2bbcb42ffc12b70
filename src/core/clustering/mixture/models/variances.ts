// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { abs, exp, log, max } = Math;

/** Relative change of the volumes at which their alternation with the shape ends, and the rounds after which it ends anyway. */
const VOLUME_TOLERANCE = 1e-12;
const MAX_ROUNDS = 1000;

/** Volume and shape letters of a covariance model: equal, variable, or (shape) the identity. */
export type VarianceModel = 'EI' | 'VI' | 'EE' | 'VE' | 'EV' | 'VV';

/**
 * Variances along given axes.
 *
 * @param spreads Sums of squares along each component's axes, k x d, >= 0.
 * @param sizes Weight of each component (k), > 0.
 * @returns k x d, or null where a spread of 0 leaves no shape.
 */
type VarianceUpdate = (spreads: Float64Array, sizes: Float64Array, d: number) => Float64Array | null;

/** Maximum-likelihood variances given the axes. Celeux and Govaert, Pattern Recognition 28(5), 1995. */
export const VARIANCES: Readonly<Record<VarianceModel, VarianceUpdate>> = {
  EI: (spreads, sizes, d) => {
    const variance = sum(spreads) / (sum(sizes) * d);
    return new Float64Array(spreads.length).fill(variance);
  },
  VI: (spreads, sizes, d) => {
    const result = new Float64Array(spreads.length);
    sizes.forEach((size, c) => result.fill(sum(rowOf(spreads, c, d)) / (size * d), c * d, (c + 1) * d));
    return result;
  },
  EE: (spreads, sizes, d) => {
    const pooled = new Float64Array(d);
    const total = sum(sizes);
    spreads.forEach((spread, at) => (pooled[at % d] += spread));
    return spreads.map((_, at) => pooled[at % d] / total);
  },
  VV: (spreads, sizes, d) => spreads.map((spread, at) => spread / sizes[Math.floor(at / d)]),
  EV: (spreads, sizes, d) => {
    const volumes = sizes.map((_, c) => geometricMean(rowOf(spreads, c, d)));
    const common = sum(volumes) / sum(sizes);
    if (volumes.some((volume) => volume === 0)) return null;
    return spreads.map((spread, at) => (common * spread) / volumes[Math.floor(at / d)]);
  },
  VE: commonShape,
};

/** Variances λ_c a_j: volumes and shape in turn. The problem is convex in their logarithms, so where it starts does not matter. */
function commonShape(spreads: Float64Array, sizes: Float64Array, d: number): Float64Array | null {
  let volumes = sizes.map((size, c) => sum(rowOf(spreads, c, d)) / (size * d));
  const shape = new Float64Array(d);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (volumes.some((volume) => !(volume > 0))) return null;
    shape.fill(0);
    spreads.forEach((spread, at) => (shape[at % d] += spread / volumes[Math.floor(at / d)]));
    const scale = geometricMean(shape);
    if (scale === 0) return null;
    shape.forEach((value, j) => (shape[j] = value / scale));
    const next = sizes.map((size, c) => {
      let scaled = 0;
      for (let j = 0; j < d; j++) scaled += spreads[c * d + j] / shape[j];
      return scaled / (size * d);
    });
    const change = largestChange(volumes, next);
    volumes = next;
    if (change <= VOLUME_TOLERANCE) break;
  }
  return spreads.map((_, at) => volumes[Math.floor(at / d)] * shape[at % d]);
}

/** Largest relative change between two vectors of positive numbers. */
export const largestChange = (before: Float64Array, after: Float64Array): number =>
  before.reduce((largest, value, c) => max(largest, abs(after[c] - value) / value), 0);

/** d-th root of the product; 0 where a value is not positive. */
function geometricMean(values: Float64Array): number {
  let logs = 0;
  for (const value of values) {
    if (!(value > 0)) return 0;
    logs += log(value);
  }
  return exp(logs / values.length);
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const rowOf = (values: Float64Array, c: number, d: number): Float64Array => values.subarray(c * d, (c + 1) * d);
