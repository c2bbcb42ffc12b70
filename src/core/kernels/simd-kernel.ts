import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import { simdCoMoments } from './covariance';
import { lloyd, openShard } from './kmeans/lloyd';
import { labelRows, nearest } from './kmeans/nearest';
import { seed } from './kmeans/seeding';
import { instantiate, type KernelInstance } from './memory';
import { simdMixture } from './mixture';
import { simdGroupDistances } from './silhouette';
import { simdWardMerges } from './ward';

/** Name of the kernels in WebAssembly, part of every stage key: raised whenever one of their numbers changes. */
export const SIMD_KERNELS = 'assemblyscript-simd/1';

/**
 * The kernels in WebAssembly with 128-bit SIMD, on an instance of their own: for one thread. What is not listed here is the plain code.
 *
 * @param module What `scripts/build-kernels.js` made.
 */
export const createSimdKernel = (module: WebAssembly.Module): Kernel => simdKernelOn(instantiate(module));

/** The same on a given instance. */
export const simdKernelOn = (instance: KernelInstance): Kernel => ({
  ...plainKernel,
  name: SIMD_KERNELS,
  seed: (points, weights, centroids, k, random) => seed(instance, points, weights, centroids, k, random),
  lloyd: (points, weights, centroids, k, maxIterations, workspace) => lloyd(instance, points, weights, centroids, k, maxIterations, workspace),
  openShard: (points, from, to, k) => openShard(instance, points, from, to, k),
  nearest: (points, from, to, centroids, k, out) => nearest(instance, points, from, to, centroids, k, out),
  labels: (points, from, to, centroids, k, out) => labelRows(instance, points, from, to, centroids, k, out),
  groupDistanceSums: simdGroupDistances(instance),
  wardMerges: simdWardMerges(instance),
  coMoments: simdCoMoments(instance),
  mixture: simdMixture(instance),
});
