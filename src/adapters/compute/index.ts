import { join } from 'node:path';
import { createComputePool, type ThreadedCompute } from './pool';

export { createInlineCompute } from './inline';
export { createComputePool, type ThreadedCompute } from './pool';

/** Where the build puts `workers/compute-thread`, seen from here. */
const ENTRY = join(__dirname, '..', '..', 'workers', 'compute-thread.js');

/** Compute over worker threads of the compiled program; `threads` defaults to the number of cores. */
export const createCompute = ({
  threads,
  entry = ENTRY,
}: { readonly threads?: number; readonly entry?: string } = {}): ThreadedCompute =>
  createComputePool({ entry, ...(threads !== undefined && { threads }) });
