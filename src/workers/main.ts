import { runWorker } from './run-worker';

/** Entry point of the worker process that `dramatis run` and `dramatis up` start. */
runWorker({
  home: process.env.DRAMATIS_HOME ?? '.dramatis',
  address: process.env.DRAMATIS_WORKER_ADDRESS,
  onReady: () => process.send?.({ ready: true }),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
