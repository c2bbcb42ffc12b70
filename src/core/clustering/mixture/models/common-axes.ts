import { symmetricEigen } from '../../../linalg/jacobi';
import type { Scatter } from '../scatter';
import { composed, diagonals, pooled, rotated } from './rotation';
import { VARIANCES } from './variances';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { atan2, cos, floor, hypot, log, max, sin } = Math;

/** Gain of a sweep, per row and column, at which the axes count as settled, and the sweeps after which the next M-step goes on. */
const SETTLED = 1e-13;
const MAX_SWEEPS = 100;
/** A gain this small, per row and column, is rounding: components that are round in a plane have no axes there. */
const ROUNDING = 1e-15;
/** Share of another component's variance. */
const FLAT = 1e-12;

/** Axes in common, one per row (d x d), and the covariances they give (k x d x d). */
export interface CommonAxes {
  readonly axes: Float64Array;
  readonly covariances: Float64Array;
}

/**
 * Covariances with common axes, λ_c D A_c D' (EVE, VVE): axes and variances in turn, each step exact given the other. With the variances
 * fixed the likelihood is a sum of tr(W_c D B_c D'), which is minimised over the plane of each pair of axes in closed form.
 *
 * The likelihood can have several maxima over the axes. From the axes of the last M-step it cannot fall; without any, the search starts
 * from the axes of the pooled scatter, of the columns and of each component, and the best end counts, the first of equals.
 *
 * @param start Axes of the last M-step, or null where there was none.
 * @returns Null where a component has no spread along an axis.
 *
 * O(k d³) per sweep. Flury and Gautschi, SIAM J. Sci. Stat. Comput. 7(1), 1986; Celeux and Govaert, Pattern Recognition 28(5), 1995;
 * Browne and McNicholas, Adv. Data Anal. Classif. 8(2), 2014, solve the same problem by majorisation.
 */
export function commonAxes(scatter: Scatter, volume: 'E' | 'V', start: Float64Array | null): CommonAxes | null {
  const { k, cols: d } = scatter;
  const found = start === null ? search(scatter, volume) : settle(scatter, volume, start);
  if (found === null) return null;
  const covariances = new Float64Array(k * d * d);
  for (let c = 0; c < k; c++) composed(covariances, c, found.variances, found.axes, d);
  return { axes: found.axes, covariances };
}

/** Axes that no rotation in a plane improves, with the variances along them (k x d). */
interface Settled {
  readonly axes: Float64Array;
  readonly variances: Float64Array;
}

function search(scatter: Scatter, volume: 'E' | 'V'): Settled | null {
  const { k, cols: d, within, sizes } = scatter;
  const starts = [
    symmetricEigen(pooled(within, k, d), d).vectors,
    diagonals(new Float64Array(d).fill(1), 1, d),
    ...Array.from({ length: k }, (_, c) => symmetricEigen(within, d, c * d * d).vectors),
  ];
  const ends = starts.map((axes) => settle(scatter, volume, axes)).filter((end) => end !== null);
  // With the variances of greatest likelihood the traces are the same for all axes; the determinants are left.
  const misfits = ends.map(({ variances }) =>
    isFlat(variances, d)
      ? Infinity
      : variances.reduce((sum, variance, at) => sum + sizes[floor(at / d)] * log(variance), 0),
  );
  let best = 0;
  misfits.forEach((misfit, at) => {
    if (misfit < misfits[best]) best = at;
  });
  return ends[best] ?? null;
}

/** Whether a component has next to no variance along an axis where another has some: tied values, or too few rows for its own axes. */
const isFlat = (variances: Float64Array, d: number): boolean =>
  variances.some((variance, at) => variances.some((other, from) => from % d === at % d && variance <= FLAT * other));

function settle(scatter: Scatter, volume: 'E' | 'V', start: Float64Array): Settled | null {
  const { k, cols: d, within, sizes, total } = scatter;
  const axes = start.slice();
  const along = Array.from({ length: k }, (_, c) => rotated(within, c, axes, d));
  const variancesNow = (): Float64Array | null => VARIANCES[`${volume}V`](spreadsOf(along, d), sizes, d);
  let variances = variancesNow();
  for (let sweep = 0; variances !== null && sweep < MAX_SWEEPS; sweep++) {
    const gain = turnAll(along, variances, axes, d, ROUNDING * total * d);
    variances = variancesNow();
    if (gain <= SETTLED * total * d) break;
  }
  return variances && { axes, variances };
}

/** Rounding can leave the spread of an empty direction a little below zero. */
function spreadsOf(along: readonly Float64Array[], d: number): Float64Array {
  const spreads = new Float64Array(along.length * d);
  along.forEach((scatter, c) => {
    for (let j = 0; j < d; j++) spreads[c * d + j] = max(scatter[j * (d + 1)], 0);
  });
  return spreads;
}

/** One sweep over all pairs of axes; how much the sum of traces has fallen. */
function turnAll(
  along: readonly Float64Array[],
  variances: Float64Array,
  axes: Float64Array,
  d: number,
  smallest: number,
): number {
  let total = 0;
  for (let p = 0; p < d; p++) {
    for (let q = p + 1; q < d; q++) {
      let even = 0;
      let odd = 0;
      along.forEach((scatter, c) => {
        const weight = 1 / variances[c * d + p] - 1 / variances[c * d + q];
        even += (weight * (scatter[p * (d + 1)] - scatter[q * (d + 1)])) / 2;
        odd += weight * scatter[p * d + q];
      });
      // Turned by t the sum is even cos 2t + odd sin 2t, and what does not depend on t.
      const gain = even + hypot(even, odd);
      if (!(gain > smallest)) continue;
      const angle = atan2(-odd, -even) / 2;
      total += gain;
      turn(axes, p, q, d, cos(angle), sin(angle));
      for (const scatter of along) turnBothSides(scatter, p, q, d, cos(angle), sin(angle));
    }
  }
  return total;
}

/** Rows p and q into c p + s q and c q − s p. */
function turn(matrix: Float64Array, p: number, q: number, d: number, c: number, s: number): void {
  for (let j = 0; j < d; j++) {
    const x = matrix[p * d + j];
    const y = matrix[q * d + j];
    matrix[p * d + j] = c * x + s * y;
    matrix[q * d + j] = c * y - s * x;
  }
}

function turnBothSides(matrix: Float64Array, p: number, q: number, d: number, c: number, s: number): void {
  turn(matrix, p, q, d, c, s);
  for (let j = 0; j < d; j++) {
    const x = matrix[j * d + p];
    const y = matrix[j * d + q];
    matrix[j * d + p] = c * x + s * y;
    matrix[j * d + q] = c * y - s * x;
  }
}
