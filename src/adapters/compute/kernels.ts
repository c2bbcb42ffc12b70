import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KERNEL_VERSION, type Kernel } from '../../core/clustering/kernel';
import { plainKernel } from '../../core/clustering/plain-kernel';
import { createSimdKernel, SIMD_KERNELS } from '../../core/kernels/simd-kernel';
import { PipelineError } from '../../contracts/errors';

/** Which inner loops a process uses: `simd`, compiled to WebAssembly, or `f64`, the reference in TypeScript. Never a mixture by accident: the choice is the operator's. */
export const KERNELS = ['simd', 'f64'] as const;
export type Kernels = (typeof KERNELS)[number];

/** What stands in the manifest and in every stage key. */
export const KERNEL_NAMES: Readonly<Record<Kernels, string>> = { simd: SIMD_KERNELS, f64: KERNEL_VERSION };

/** Where the build puts the compiled kernels, seen from here. */
const BUILT = resolve(__dirname, '..', '..', 'kernels.wasm');

/**
 * Compile the kernels, once per process: threads get the module, so none of them compiles it again.
 *
 * @throws PipelineError `KERNELS_MISSING`.
 */
export function compileKernels(path = BUILT): WebAssembly.Module {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new PipelineError('KERNELS_MISSING', `${path} cannot be read: run "npm run build", or set DRAMATIS_KERNELS=f64 for the kernels in TypeScript`, {}, { cause: error });
  }
  return new WebAssembly.Module(bytes);
}

/** What a compute thread is given when it starts. */
export interface ThreadData {
  /** Null: the reference in TypeScript. */
  readonly kernels: WebAssembly.Module | null;
}

/** The kernel of a thread; it has a memory of its own. */
export const kernelOf = ({ kernels }: ThreadData): Kernel => (kernels === null ? plainKernel : createSimdKernel(kernels));
