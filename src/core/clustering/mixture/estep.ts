import { packedSize } from '../../linalg/cholesky';
import { reduceBlocks } from '../../linalg/blocks';
import type { Points } from '../points';
import type { Density } from './density';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { exp, log, min } = Math;

/** Below this exp is 0. */
const UNDERFLOW = -745.2;

/**
 * E-step: responsibilities of all rows, and the log-likelihood of the (weighted) rows, summed over fixed blocks of rows.
 *
 * @param responsibilities n x k, overwritten; each row sums to 1.
 * @returns Log-likelihood; −Infinity where a row has no density under any component (it lies out of reach of floating point).
 *
 * O(n k d²), O(n k d) for diagonal covariances. Dempster, Laird and Rubin, J. R. Stat. Soc. B 39(1), 1977.
 */
export function eStep(
  density: Density,
  points: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
): number {
  const { k } = density;
  const scratch = new Float64Array(4 * density.cols);
  return reduceBlocks(points.rows, 1, (from, to, partial) => {
    logDensities(density, points, from, to, responsibilities, from * k, scratch);
    for (let i = from; i < to; i++) {
      const value = normalise(responsibilities, i * k, k);
      partial[0] += weights === null ? value : weights[i] * value;
    }
  })[0];
}

/**
 * Joint log-densities of k logarithms into posteriors, in place.
 *
 * @returns Their log-sum-exp. Where all are −Infinity that is −Infinity, and the posteriors are equal.
 */
export function normalise(joint: Float64Array, at: number, k: number): number {
  let largest = joint[at];
  for (let c = 1; c < k; c++) if (joint[at + c] > largest) largest = joint[at + c];
  if (largest === -Infinity) {
    joint.fill(1 / k, at, at + k);
    return largest;
  }
  let sum = 0;
  for (let c = at; c < at + k; c++) {
    const below = joint[c] - largest;
    const value = below === 0 ? 1 : below > UNDERFLOW ? exp(below) : 0;
    joint[c] = value;
    sum += value;
  }
  if (sum === 1) return largest;
  const share = 1 / sum;
  for (let c = at; c < at + k; c++) joint[c] *= share;
  return largest + log(sum);
}

/**
 * log of proportion times density, of rows [from, to) under each component. What is written for a row does not depend on the range.
 *
 * @param out Row-major, (to − from) x k, from index `outAt` on.
 * @param scratch At least 4 d numbers.
 */
export function logDensities(
  density: Density,
  points: Points,
  from: number,
  to: number,
  out: Float64Array,
  outAt: number,
  scratch: Float64Array,
): void {
  if (density.diagonal) diagonalDensities(density, points, from, to, out, outAt);
  else fullDensities(density, points, from, to, out, outAt, scratch);
}

/** Four rows at a time: each entry of a factor is then loaded once for four products. */
function fullDensities(
  { k, cols, means, factors, constants }: Density,
  { stride, values }: Points,
  from: number,
  to: number,
  out: Float64Array,
  outAt: number,
  scratch: Float64Array,
): void {
  const packed = packedSize(cols);
  const last = to - 1;
  for (let i = from, o = outAt; i < to; i += 4, o += 4 * k) {
    // Past the end the last row is taken again and written once.
    const count = min(4, to - i);
    const a = i * stride;
    const b = min(i + 1, last) * stride;
    const c = min(i + 2, last) * stride;
    const d = min(i + 3, last) * stride;
    for (let component = 0; component < k; component++) {
      for (let j = 0, t = 0, m = component * cols; j < cols; j++, t += 4, m++) {
        const mean = means[m];
        scratch[t] = values[a + j] - mean;
        scratch[t + 1] = values[b + j] - mean;
        scratch[t + 2] = values[c + j] - mean;
        scratch[t + 3] = values[d + j] - mean;
      }
      let qa = 0;
      let qb = 0;
      let qc = 0;
      let qd = 0;
      for (let j = 0, f = component * packed; j < cols; j++) {
        let sa = 0;
        let sb = 0;
        let sc = 0;
        let sd = 0;
        for (let end = f + j, t = 0; f <= end; f++, t += 4) {
          const factor = factors[f];
          sa += factor * scratch[t];
          sb += factor * scratch[t + 1];
          sc += factor * scratch[t + 2];
          sd += factor * scratch[t + 3];
        }
        qa += sa * sa;
        qb += sb * sb;
        qc += sc * sc;
        qd += sd * sd;
      }
      const constant = constants[component];
      const w = o + component;
      out[w] = constant - 0.5 * qa;
      if (count > 1) out[w + k] = constant - 0.5 * qb;
      if (count > 2) out[w + 2 * k] = constant - 0.5 * qc;
      if (count > 3) out[w + 3 * k] = constant - 0.5 * qd;
    }
  }
}

function diagonalDensities(
  { k, cols, means, factors, constants }: Density,
  { stride, values }: Points,
  from: number,
  to: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let i = from, o = outAt; i < to; i++) {
    const a = i * stride;
    for (let c = 0, m = 0; c < k; c++, o++) {
      let squared = 0;
      for (let j = 0; j < cols; j++, m++) {
        const z = (values[a + j] - means[m]) * factors[m];
        squared += z * z;
      }
      out[o] = constants[c] - 0.5 * squared;
    }
  }
}
