import type { Points } from '../points';
import type { Density } from './density';
import type { Scatter } from './scatter';

/**
 * What one run of EM asks of its rows, over and over: the E-step at new parameters, and the sums that the next M-step needs. An implementation is free to
 * work out both in one pass.
 */
export interface Expectation {
  /** E-step. Returns the log-likelihood of the (weighted) rows; −Infinity where a row has no density under any component. */
  eStep(density: Density): number;
  /** Sizes, means and scatter matrices under the posteriors of the last E-step; before the first under the responsibilities given. */
  scatter(): Scatter;
  /** Those posteriors, n x k: written into the array that was given. */
  responsibilities(): Float64Array;
}

/**
 * The inner loops of a mixture. Implementations agree to rounding: log-likelihoods at the same parameters to 1e-9 relative; each is deterministic by itself.
 */
export interface MixtureKernel {
  /**
   * @param weights Times each row counts; null for once.
   * @param responsibilities n x k, the start; `responsibilities()` overwrites it.
   * @param diagonal Whether all covariances are: only squares are then summed, and no E-step may ask for more.
   */
  expectation(points: Points, weights: Float64Array | null, responsibilities: Float64Array, k: number, diagonal: boolean): Expectation;
  /**
   * log of proportion times density, of rows [from, to) under each component. What is written for a row does not depend on the range.
   *
   * @param out Row-major, (to − from) x k, from index `outAt` on.
   */
  logDensities(density: Density, points: Points, from: number, to: number, out: Float64Array, outAt: number): void;
}
