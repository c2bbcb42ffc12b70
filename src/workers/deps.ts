import { cpus } from 'node:os';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { WorkerDeps } from '../activities/stage';
import { readCodeDigests } from '../adapters/code-digests';
import { createCompute, KERNEL_NAMES, KERNELS, type Kernels } from '../adapters/compute';
import { createSqlEngine, createSqlModels } from '../adapters/duckdb';
import type { Store } from '../adapters/store';
import { openVault } from '../adapters/vault';
import { PipelineError } from '../contracts/errors';
import { faultPoints } from './faults';

export interface MachineOptions {
  /** Compute threads and DuckDB threads: results never depend on them. */
  readonly threads: number;
  readonly memoryLimit: string;
  /** Results agree to rounding; which one it was stands in the manifest and in every stage key. */
  readonly kernels: Kernels;
}

export function machineOptions(env: NodeJS.ProcessEnv = process.env): MachineOptions {
  const threads = Number(env.DRAMATIS_THREADS);
  return {
    threads: Number.isInteger(threads) && threads > 0 ? threads : Math.max(1, cpus().length),
    memoryLimit: env.DRAMATIS_MEMORY_LIMIT ?? '2GB',
    kernels: kernelsFrom(env.DRAMATIS_KERNELS),
  };
}

function kernelsFrom(name = 'simd'): Kernels {
  const kernels = KERNELS.find((known) => known === name);
  if (kernels === undefined) throw new PipelineError('CONFIG_INVALID', `DRAMATIS_KERNELS is "${name}": it must be one of ${KERNELS.join(', ')}, or unset for ${KERNELS[0]}`);
  return kernels;
}

/** Build the adapters that stages need; `close` ends the compute threads. */
export function createWorkerDeps(store: Store, { threads, memoryLimit, kernels }: MachineOptions): { readonly deps: WorkerDeps; close(): Promise<void> } {
  const sql = createSqlEngine({ artifacts: store.artifacts, threads, memoryLimit, temporary: resolve(store.home, 'tmp', 'duckdb') });
  const compute = createCompute({ threads, kernels });
  const deps: WorkerDeps = {
    artifacts: store.artifacts,
    stages: store.stages,
    sql,
    compute,
    models: createSqlModels(),
    code: readCodeDigests(),
    engine: { duckdb: sql.version, v8: process.versions.v8, kernels: KERNEL_NAMES[kernels] },
    openVault: (config, projectDir) => openVault({ config: config.privacy, projectDir, home: store.shelf }),
    reportRuntime: () => readFile(resolve(__dirname, '..', 'report-runtime.js'), 'utf8'),
    fault: faultPoints(),
    now: () => Date.now(),
  };
  return { deps, close: () => compute.close() };
}
