import { version } from '@duckdb/node-api';
import type { ArtifactStore, SqlEngine } from '../../core/ports';
import { toPipelineError } from './errors';
import { assertLocked, openInstance, type InstanceOptions } from './instance';
import { createSession } from './session';
import { createSourceFiles } from './source-files';

export interface SqlEngineOptions extends InstanceOptions {
  readonly artifacts: ArtifactStore;
}

/**
 * DuckDB behind the port. Each session is an in-memory database of its own with one connection; it sees only the artifacts shown to it and
 * the files it listed. Before the first session the lock is tried (`ENGINE_UNSAFE`).
 *
 * @throws PipelineError `ENGINE_FAILED`, `DISK_FULL`, `CANCELLED` from every method, without customer-level values.
 */
export function createSqlEngine(options: SqlEngineOptions): SqlEngine {
  let checked: Promise<void> | undefined;
  /** Once per engine; a check that could not be made is made again. */
  const check = (): Promise<void> =>
    (checked ??= assertLocked(options).catch((error: unknown) => {
      checked = undefined;
      throw error;
    }));
  return {
    version: version(),
    sources: createSourceFiles(),
    async session({ reads = [], signal, timeZone = 'UTC' } = {}) {
      try {
        await check();
        signal?.throwIfAborted();
        return createSession(await openInstance(options, reads, timeZone), options.artifacts, signal);
      } catch (error) {
        throw toPipelineError(error, 'opening a database', signal);
      }
    },
  };
}
