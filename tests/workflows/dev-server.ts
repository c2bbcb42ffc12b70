import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../src/contracts/activities';
import { COMPUTE_QUEUE, MAIN_QUEUE } from '../../src/contracts/task-queues';
import { failureInterceptor } from '../../src/activities/failures';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/adapters/temporal/embedded-server';
import { ensureNamespace } from '../../src/adapters/temporal/namespace';
import { workflowBundle } from './support';

/** A dev server of its own for tests of what the time-skipping one cannot: schedules, visibility, restarts. */
export interface DevServer {
  readonly client: Client;
  readonly server: EmbeddedServer;
  readonly native: NativeConnection;
  stop(): Promise<void>;
}

export async function startDevServer(home: string): Promise<DevServer> {
  if (!Runtime._instance) Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'error' } } });
  const server = await startEmbeddedServer({ home });
  const connection = await Connection.connect({ address: server.address });
  await ensureNamespace(connection, 'default');
  const native = await NativeConnection.connect({ address: server.address });
  const stop = async (): Promise<void> => {
    await native.close();
    await connection.close();
    await server.stop();
  };
  return { client: new Client({ connection }), server, native, stop };
}

/** Run `test` with a worker on both queues. */
export async function withDevWorker<T>({ native }: DevServer, activities: Activities, test: () => Promise<T>): Promise<T> {
  const shared = { connection: native, activities, interceptors: { activity: [() => failureInterceptor()] } };
  const main = await Worker.create({ ...shared, taskQueue: MAIN_QUEUE, workflowBundle: await workflowBundle() });
  const compute = await Worker.create({ ...shared, taskQueue: COMPUTE_QUEUE });
  return main.runUntil(compute.runUntil(test()));
}

/** Poll until it holds: visibility and schedules follow after a moment. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, seconds = 40): Promise<void> {
  for (const giveUp = Date.now() + seconds * 1000; !(await holds()); await new Promise((again) => setTimeout(again, 100)))
    if (Date.now() > giveUp) throw new Error(`${what} did not happen within ${seconds} s`);
}
