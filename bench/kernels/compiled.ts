import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileKernels } from '../../src/adapters/compute/kernels';

/** The kernels as they are in the sources now. */
export function compiled(): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kernels-'));
  try {
    const file = join(folder, 'kernels.wasm');
    execFileSync(process.execPath, ['scripts/build-kernels.js', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    return compileKernels(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of one call. */
export function timeOf(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}
