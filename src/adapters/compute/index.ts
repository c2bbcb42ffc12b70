import { join } from 'node:path';
import { compileKernels, type Kernels } from './kernels';
import { createComputePool, type ThreadedCompute } from './pool';

export { createInlineCompute } from './inline';
export { KERNEL_NAMES, KERNELS, type Kernels } from './kernels';
export { createComputePool, type ThreadedCompute } from './pool';

/** Where the build puts `workers/compute-thread`, seen from here. */
const ENTRY = join(__dirname, '..', '..', 'workers', 'compute-thread.js');

/**
 * Compute over worker threads of the compiled program; `threads` defaults to the number of cores.
 *
 * @throws PipelineError `KERNELS_MISSING` where `simd` is asked for and was not built.
 */
export const createCompute = ({
  threads,
  kernels,
  entry = ENTRY,
}: { readonly threads?: number; readonly kernels: Kernels; readonly entry?: string }): ThreadedCompute =>
  createComputePool({ entry, kernels: kernels === 'simd' ? compileKernels() : null, ...(threads !== undefined && { threads }) });
