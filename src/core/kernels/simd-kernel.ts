import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import { simdCoMoments } from './covariance';
import { instantiate } from './memory';
import { simdMixture } from './mixture';
import { simdGroupDistances } from './silhouette';
import { simdWardMerges } from './ward';

/** Name of the kernels in WebAssembly, part of every stage key: raised whenever one of their numbers changes. */
export const SIMD_KERNELS = 'assemblyscript-simd/1';

/**
 * The kernels in WebAssembly with 128-bit SIMD, on an instance of their own. One concern after the other takes the place of the plain one; what
 * is not there is the plain code, by this list and not by chance.
 *
 * @param module What `scripts/build-kernels.js` made.
 */
export function createSimdKernel(module: WebAssembly.Module): Kernel {
  const instance = instantiate(module);
  return {
    ...plainKernel,
    name: SIMD_KERNELS,
    groupDistanceSums: simdGroupDistances(instance),
    wardMerges: simdWardMerges(instance),
    coMoments: simdCoMoments(instance),
    mixture: simdMixture(instance),
  };
}
