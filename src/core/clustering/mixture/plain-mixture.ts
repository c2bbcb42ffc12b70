import type { Points } from '../points';
import type { Density } from './density';
import { eStep, logDensities } from './estep';
import type { Expectation, MixtureKernel } from './kernel';
import { scatterOf } from './scatter';

function expectation(
  points: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
  diagonal: boolean,
): Expectation {
  return {
    eStep: (density) => eStep(density, points, weights, responsibilities),
    scatter: () => scatterOf(points, weights, responsibilities, k, diagonal),
    responsibilities: () => responsibilities,
  };
}

/** The reference implementation: TypeScript, one pass for the E-step and two for the M-step. */
export const plainMixture: MixtureKernel = {
  expectation,
  logDensities: (density: Density, points, from, to, out, outAt) =>
    logDensities(density, points, from, to, out, outAt, new Float64Array(4 * density.cols)),
};
