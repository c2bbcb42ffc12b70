import { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities';
import { sweepTemporary } from '../adapters/artifacts';
import { connectClient, temporalTarget } from '../adapters/temporal/connect';
import { connectWorker } from '../adapters/temporal/connect-worker';
import { createHistoryReader } from '../adapters/temporal/history';
import { createRunWatcher } from '../adapters/temporal/run-watcher';
import { registerWorker } from '../adapters/temporal/worker-file';
import { signingKey } from '../adapters/ledger';
import { openStore, type Store } from '../adapters/store';
import { createWorkerDeps, machineOptions } from './deps';
import { createPipelineWorker } from './pipeline-worker';
import { publishingDeps } from './publishing';
import { sweepArchives } from './sweep-archives';

export interface RunWorkerOptions {
  readonly home: string;
  /** `host:port` of the embedded server, where the environment names none. */
  readonly address: string | undefined;
  onReady(): void;
}

/** A host that may not write, or cannot sign, would take work and fail it. */
async function assertHostFits({ shelf }: Store): Promise<void> {
  await shelf.assertSafe();
  await signingKey(shelf);
}

/** Build the adapters, poll until SIGTERM or SIGINT (or until the process that started this one is gone), then finish what is running. */
export async function runWorker({ home, address, onReady }: RunWorkerOptions): Promise<void> {
  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger, shutdownSignals: [] });
  const target = temporalTarget(address);
  const machine = machineOptions();
  const store = openStore(home);
  if (store.shelf.shared) await assertHostFits(store);
  const { deps, close } = createWorkerDeps(store, machine);
  const connection = await connectWorker(target);
  const clientConnection = await connectClient(target);
  const client = new Client({ connection: clientConnection, namespace: target.namespace });
  const activities = createActivities({
    ...deps,
    ...publishingDeps(store, deps, machine),
    runs: store.runs,
    ledger: store.ledger,
    histories: createHistoryReader(client),
    watcher: createRunWatcher(client),
  });
  const worker = await createPipelineWorker({ connection, namespace: target.namespace, activities, threads: machine.threads });
  const unregister = await registerWorker(home, target.address);
  // First out of the register, then drain: nobody may rely on a worker that is leaving.
  const stop = (): void => void unregister().finally(() => worker.shutdown());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  if (process.connected) process.on('disconnect', stop);
  const running = worker.run();
  const leaving = new AbortController();
  // Housekeeping must not keep the worker from its work.
  const sweeping = Promise.all([sweepTemporary(home), sweepArchives(store, client, leaving.signal)]).catch((error: unknown) => {
    logger.warn(`leftovers could not be swept: ${error instanceof Error ? error.name : 'unknown error'}`);
  });
  onReady();
  try {
    await running;
  } finally {
    leaving.abort();
    await sweeping;
    await unregister();
    await close();
    await clientConnection.close();
    await connection.close();
    if (process.connected) process.disconnect();
  }
}
