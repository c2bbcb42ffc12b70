import { PipelineError } from '../../../contracts/errors';
import { BLOCK_ROWS, blocksOf } from '../../linalg/blocks';
import type { Points } from '../points';
import { densityOf, type Density } from './density';
import { normalise } from './estep';
import type { MixtureKernel } from './kernel';
import { plainMixture } from './plain-mixture';
import type { MixtureParameters } from './types';

/** What stored parameters say of each row. */
export interface Posteriors {
  /** The most probable component, the first of equals. */
  readonly cluster: Int32Array;
  /** The second most probable component; the same as `cluster` where there is one component. */
  readonly runnerUp: Int32Array;
  /** Posterior of the own component, in (0, 1]. */
  readonly probability: Float64Array;
  /** Posterior of all others together, in [0, 1): small ones are not lost in 1 − probability. */
  readonly uncertainty: Float64Array;
  /** (to − from) x k, each row sums to 1; only where asked for. */
  readonly responsibilities?: Float64Array;
}

/**
 * Assign rows [from, to) to components: a pure function of the stored parameters, the same for one row or for all.
 *
 * @throws PipelineError `NOT_FINITE` where a covariance is not positive definite, or a row lies so far from all components that its
 *   densities are 0 in floating point.
 *
 * O((to − from) k d²).
 */
export function posterior(
  parameters: MixtureParameters,
  points: Points,
  from = 0,
  to = points.rows,
  { withResponsibilities = false, kernel = plainMixture }: { readonly withResponsibilities?: boolean; readonly kernel?: MixtureKernel } = {},
): Posteriors {
  const density = requireDensity(parameters);
  const { k } = parameters;
  const count = to - from;
  const result = {
    cluster: new Int32Array(count),
    runnerUp: new Int32Array(count),
    probability: new Float64Array(count),
    uncertainty: new Float64Array(count),
  };
  const all = withResponsibilities ? new Float64Array(count * k) : null;
  const block = all ?? new Float64Array(Math.min(count, BLOCK_ROWS) * k);
  for (const [start, end] of blocksOf(count)) {
    const base = all === null ? 0 : start * k;
    kernel.logDensities(density, points, from + start, from + end, block, base);
    for (let i = start, at = base; i < end; i++, at += k) {
      if (normalise(block, at, k) === -Infinity) throw outOfReach();
      decide(block, at, k, i, result);
    }
  }
  return all === null ? result : { ...result, responsibilities: all };
}

/** Logarithms further apart than this are different posteriors; those that are closer may be the same number. */
const TIED = 1e-9;

/**
 * `cluster` of `posterior` for all rows, without the posteriors: where the largest density stands out it is the one. Otherwise as `posterior`.
 *
 * O(n k d²).
 */
export function mostProbable(parameters: MixtureParameters, points: Points, kernel: MixtureKernel = plainMixture): Int32Array {
  const density = requireDensity(parameters);
  const { k } = parameters;
  const cluster = new Int32Array(points.rows);
  const block = new Float64Array(Math.min(points.rows, BLOCK_ROWS) * k);
  for (const [start, end] of blocksOf(points.rows)) {
    kernel.logDensities(density, points, start, end, block, 0);
    for (let i = start, at = 0; i < end; i++, at += k) cluster[i] = likeliest(block, at, k);
  }
  return cluster;
}

/** Index of the largest of k joint log-densities; of those that are equal as posteriors the first. */
function likeliest(joint: Float64Array, at: number, k: number): number {
  let best = 0;
  let second = -Infinity;
  for (let c = 1; c < k; c++) {
    const value = joint[at + c];
    if (value > joint[at + best]) {
      second = joint[at + best];
      best = c;
    } else if (value > second) second = value;
  }
  if (joint[at + best] - second > TIED) return best;
  if (normalise(joint, at, k) === -Infinity) throw outOfReach();
  best = 0;
  for (let c = 1; c < k; c++) if (joint[at + c] > joint[at + best]) best = c;
  return best;
}

/** The first two components of one row. */
function decide(z: Float64Array, at: number, k: number, row: number, result: Posteriors): void {
  let best = 0;
  for (let c = 1; c < k; c++) if (z[at + c] > z[at + best]) best = c;
  let next = best === 0 && k > 1 ? 1 : 0;
  let others = 0;
  for (let c = 0; c < k; c++) {
    if (c === best) continue;
    others += z[at + c];
    if (z[at + c] > z[at + next]) next = c;
  }
  result.cluster[row] = best;
  result.runnerUp[row] = next;
  result.probability[row] = z[at + best];
  result.uncertainty[row] = others;
}

/**
 * Log-likelihood of (weighted) rows under given parameters.
 *
 * @returns −Infinity where a row has no density in floating point.
 * @throws PipelineError `NOT_FINITE` where a covariance is not positive definite.
 */
export const logLikelihoodOf = (
  parameters: MixtureParameters,
  points: Points,
  weights: Float64Array | null = null,
  kernel: MixtureKernel = plainMixture,
): number => {
  const density = requireDensity(parameters);
  const { k, diagonal } = density;
  return kernel.expectation(points, weights, new Float64Array(points.rows * k), k, diagonal).eStep(density);
};

const outOfReach = (): PipelineError =>
  new PipelineError('NOT_FINITE', 'a row lies too far from every component of the mixture to be assigned');

function requireDensity(parameters: MixtureParameters): Density {
  const density = densityOf(parameters);
  if (density === null)
    throw new PipelineError('NOT_FINITE', 'a covariance of the mixture is not positive definite: it has no density');
  return density;
}
