import { Client, type Connection } from '@temporalio/client';
import { connectClient, namesServer, temporalTarget, type TemporalTarget } from '../adapters/temporal/connect';
import { startEmbeddedServer, type EmbeddedServer } from '../adapters/temporal/embedded-server';
import { ensureNamespace } from '../adapters/temporal/namespace';
import { startWorkerProcess, type WorkerProcess } from '../adapters/temporal/worker-process';
import { note } from './output';
import { assertSharedServer } from './shared-store';

/** A client, and whatever had to be started for it: closed in reverse order. */
export interface Session {
  readonly client: Client;
  readonly target: TemporalTarget;
  /** Stop what this session started; what was there before stays. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly home: string;
  /** Start a worker process unless one of this store is alive. */
  readonly worker: boolean;
  readonly threads?: number;
  readonly memoryLimit?: string;
  readonly quiet?: boolean;
}

/** Connect to the Temporal of the environment, or to the store's embedded server, which is started when it is not running. */
export async function openSession({ home, worker, threads, memoryLimit, quiet = false }: SessionOptions): Promise<Session> {
  const log = (text: string): void => {
    if (!quiet) note(text);
  };
  let server: EmbeddedServer | undefined;
  let starting: Promise<WorkerProcess> | undefined;
  let connection: Connection | undefined;
  const close = async (): Promise<void> => {
    await connection?.close();
    await (await starting?.catch(() => undefined))?.stop();
    await server?.stop();
  };
  try {
    assertSharedServer();
    if (!namesServer()) server = await startEmbeddedServer({ home, log });
    const target = temporalTarget(server?.address);
    if (worker) {
      // The worker's start-up overlaps with the namespace's; whatever fails there, `close` still stops it.
      starting = startWorkerProcess({
        home,
        address: target.address,
        log,
        ...(threads && { threads }),
        ...(memoryLimit && { memoryLimit }),
      });
      starting.catch(() => undefined);
    }
    connection = await connectClient(target);
    const client = new Client({ connection, namespace: target.namespace });
    await ensureNamespace(connection, target.namespace, log);
    await starting;
    return { client, target, close };
  } catch (error) {
    await close();
    throw error;
  }
}
