import type { MixtureKernel } from '../../src/core/clustering/mixture/kernel';
import { instantiate } from '../../src/core/kernels/memory';
import { simdMixture } from '../../src/core/kernels/mixture';

let made: MixtureKernel | null = null;

/** Made when it is first used: what compiles the kernels imports the plain ones, and with them this module. */
function simd(): MixtureKernel {
  const { testKernels } = jest.requireActual<typeof import('./kernels')>('./kernels');
  return (made ??= simdMixture(instantiate(testKernels())));
}

/** In place of the plain code, for tests that must hold with either: `jest.mock` the plain module with this one and import them. */
export const plainMixture: MixtureKernel = {
  expectation: (...of) => simd().expectation(...of),
  logDensities: (...of) => simd().logDensities(...of),
};
