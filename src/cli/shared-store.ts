import { namesServer } from '../adapters/temporal/connect';
import { bucketOf } from '../adapters/shelf';
import type { Store } from '../adapters/store';
import { PipelineError } from '../contracts/errors';

/** @throws PipelineError `STORE_SHARED` for a command that would see this host's copies only. @param command As it is typed. */
export function assertFolder({ shelf }: Store, command: string): void {
  if (!shelf.shared) return;
  const store = shelf.locate('');
  const message = `"dramatis ${command}" works on a store in a folder, and this one is ${store}: stop all workers, copy it into a folder, run the command there, and copy it back, as docs/operating.md says under "Several hosts"`;
  throw new PipelineError('STORE_SHARED', message, { command, store });
}

/**
 * An embedded server belongs to one folder; hosts that share a bucket must share a server, too.
 *
 * @throws PipelineError `CONFIG_INVALID` where they would not.
 */
export function assertSharedServer(env: NodeJS.ProcessEnv = process.env): void {
  if (bucketOf(env) === undefined || namesServer(env)) return;
  const message =
    'DRAMATIS_STORE names a bucket, which several hosts may share, so an embedded Temporal server is not started for it: set TEMPORAL_ADDRESS to the server of all of them (for a trial, "temporal server start-dev" on one)';
  throw new PipelineError('CONFIG_INVALID', message, { variable: 'TEMPORAL_ADDRESS' });
}
