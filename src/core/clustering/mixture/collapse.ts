import { symmetricEigen } from '../../linalg/jacobi';
import { packedSize } from '../../linalg/cholesky';
import type { Points } from '../points';
import type { Density } from './density';
import { deviationsOf } from './deviations';
import type { CovarianceModel, Degenerate, MixtureParameters } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { abs } = Math;

/**
 * Smallest variance of a component in any direction, as a share of the variance of the data there: below it a component is narrower than
 * a thousandth of the standard deviation of the columns, which no group of customers is; it sits on a tie, a line or a handful of rows.
 */
export const DEFAULT_FLOOR = 1e-6;
/** A component of less weight than one row. */
const SMALLEST_SIZE = 1;

export interface DegenerateOptions {
  /** Share of the data's variance; default `DEFAULT_FLOOR`. */
  readonly floor?: number;
  /** Components on tied values are no fault; default false. */
  readonly tiesAllowed?: boolean;
}

/** The narrowest direction of a mixture. */
interface Narrowest {
  readonly component: number;
  readonly column: number;
  /** Variance in that direction, in units of the data's variance. */
  readonly share: number;
}

/**
 * Whether a mixture is no solution, and why. In order:
 * - empty: a component has less weight than one row;
 * - tied values: in a model whose components can be narrow where others are not (all but EII, VII, EEI and EEE), all rows that belong
 *   to a component (responsibility above 1/2) have the same value in a column that varies: density it gains there is no finding;
 * - collapsed: the smallest eigenvalue of a covariance, each column in units of its standard deviation over all rows, is below the floor.
 *   Where all components have the same covariance the component named is the first.
 *
 * @param parameters Finite.
 * @param responsibilities n x k.
 *
 * O(n k d + k d³). On why likelihoods without bound must be set aside: McLachlan and Peel, Finite Mixture Models, 2000, section 3.10.
 */
export function degenerateOf(
  parameters: MixtureParameters,
  responsibilities: Float64Array,
  points: Points,
  weights: Float64Array | null,
  { floor = DEFAULT_FLOOR, tiesAllowed = false }: DegenerateOptions = {},
): Degenerate | null {
  return (
    emptyOf(sizesOf(responsibilities, points.rows, weights, parameters.k)) ??
    (tiesAllowed || !hasOwnSpreads(parameters.model) ? null : tiedOf(responsibilities, points, parameters.k)) ??
    collapsedOf(parameters, deviationsOf(points, weights), floor)
  );
}

/**
 * Whether a component can be narrower in a column than the others are there. With one covariance for all it cannot, and round components are
 * narrow in all columns or in none: there a tie is a group like others (those who bought once), and only eigenvalues can collapse.
 */
const hasOwnSpreads = (model: CovarianceModel): boolean => model !== 'VII' && model.includes('V');

/** The first component of too little weight. */
function emptyOf(sizes: Float64Array): Degenerate | null {
  const component = sizes.findIndex((size) => !(size >= SMALLEST_SIZE));
  if (component < 0) return null;
  return { kind: 'empty', component, column: 0, evidence: `weight ${sizes[component].toPrecision(3)} of a row` };
}

/** The narrowest direction where it is below the floor; a covariance that cannot be inverted is `singular`. */
export function collapsedOf(parameters: MixtureParameters, deviations: Float64Array, floor: number): Degenerate | null {
  const { component, column, share } = narrowestOf(parameters, deviations);
  if (share >= floor && share > 0) return null;
  return {
    kind: share > Number.EPSILON ? 'collapsed' : 'singular',
    component,
    column,
    evidence: `smallest eigenvalue ${share.toExponential(1)} of the variance of the data`,
  };
}

/**
 * Whether all directions are certainly above the floor, from the inverse factors that the densities need anyway: the smallest eigenvalue
 * of a matrix is at least one over the trace of its inverse. O(k d²).
 */
export function isClearOfFloor(
  { k, cols, diagonal, factors }: Density,
  deviations: Float64Array,
  floor: number,
): boolean {
  const width = diagonal ? cols : packedSize(cols);
  for (let c = 0; c < k; c++) {
    let trace = 0;
    for (let i = 0, f = c * width; i < cols; i++) {
      for (let j = diagonal ? i : 0; j <= i; j++, f++) trace += (deviations[j] * factors[f]) ** 2;
    }
    if (!(trace * floor <= 1)) return false;
  }
  return true;
}

function narrowestOf({ k, cols: d, covariances }: MixtureParameters, deviations: Float64Array): Narrowest {
  let narrowest: Narrowest = { component: 0, column: 0, share: Infinity };
  for (let component = 0; component < k; component++) {
    const scaled = new Float64Array(d * d);
    for (let j = 0; j < d; j++) {
      for (let l = 0; l < d; l++)
        scaled[j * d + l] = covariances[component * d * d + j * d + l] / deviations[j] / deviations[l];
    }
    const { values, vectors } = symmetricEigen(scaled, d);
    const share = values[d - 1];
    if (share < narrowest.share) narrowest = { component, column: leaderOf(vectors.subarray((d - 1) * d)), share };
  }
  return narrowest;
}

/** Index of the entry of largest size, the first of equals. */
function leaderOf(vector: Float64Array): number {
  let leader = 0;
  for (let j = 1; j < vector.length; j++) if (abs(vector[j]) > abs(vector[leader])) leader = j;
  return leader;
}

function sizesOf(responsibilities: Float64Array, rows: number, weights: Float64Array | null, k: number): Float64Array {
  const sizes = new Float64Array(k);
  for (let i = 0, r = 0; i < rows; i++)
    for (let c = 0; c < k; c++, r++) sizes[c] += responsibilities[r] * (weights === null ? 1 : weights[i]);
  return sizes;
}

/** The first component, and its first column, on which its rows are tied while those of others differ. */
function tiedOf(responsibilities: Float64Array, { rows, cols, stride, values }: Points, k: number): Degenerate | null {
  const first = new Int32Array(k).fill(-1);
  const counts = new Int32Array(k);
  const varies = new Uint8Array(k * cols);
  const columnVaries = new Uint8Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) if (values[i * stride + j] !== values[j]) columnVaries[j] = 1;
    for (let c = 0; c < k; c++) {
      if (!(responsibilities[i * k + c] > 0.5)) continue;
      counts[c]++;
      if (first[c] < 0) first[c] = i;
      const own = first[c] * stride;
      for (let j = 0; j < cols; j++) if (values[i * stride + j] !== values[own + j]) varies[c * cols + j] = 1;
    }
  }
  const tied = varies.findIndex(
    (own, at) => own === 0 && columnVaries[at % cols] === 1 && first[Math.floor(at / cols)] >= 0,
  );
  if (tied < 0) return null;
  const component = Math.floor(tied / cols);
  const count = counts[component];
  const evidence = count === 1 ? 'a single row' : `${count} rows share one value`;
  return { kind: 'tied values', component, column: tied % cols, evidence };
}
