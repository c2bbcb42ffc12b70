import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { isAlive, processId, type ProcessId } from './processes';

/** A worker in a process of its own, so that its death is never the client's. */
export interface WorkerProcess {
  /** False when a worker of this store was alive already. */
  readonly started: boolean;
  stop(): Promise<void>;
}

export interface WorkerProcessOptions {
  readonly home: string;
  readonly address: string;
  readonly threads?: number;
  readonly memoryLimit?: string;
  log(text: string): void;
}

const ENTRY = resolve(__dirname, '..', '..', 'workers', 'main.js');
const READY_MS = 60_000;
/** A worker that dies sooner than this after a start counts as a quick death; so many in a row end the attempts. */
const QUICK_DEATH_MS = 5_000;
const QUICK_DEATHS = 10;

/** The pid file of the store's worker: a live one on the same Temporal is used rather than a second one started. */
const pidFileOf = (home: string): string => resolve(home, 'temporal', 'worker.json');

export async function workerIsAlive(home: string, address: string): Promise<boolean> {
  try {
    const { process: running, address: theirs } = JSON.parse(await readFile(pidFileOf(home), 'utf8')) as { process: ProcessId; address: string };
    return theirs === address && isAlive(running);
  } catch {
    return false;
  }
}

/** Written by the worker itself once it polls; removed when it ends. */
export async function registerWorker(home: string, address: string): Promise<() => Promise<void>> {
  await mkdir(resolve(home, 'temporal'), { recursive: true });
  await writeFile(pidFileOf(home), JSON.stringify({ process: processId(process.pid), address }));
  return async () => {
    const current = await readFile(pidFileOf(home), 'utf8').catch(() => '{}');
    if ((JSON.parse(current) as { process?: ProcessId }).process?.pid === process.pid) await rm(pidFileOf(home), { force: true });
  };
}

/**
 * Start the worker and wait until it polls; start it again if it dies (its activities are retried there).
 *
 * @throws PipelineError `COMPUTE_FAILED` when it does not come up; the message names its log.
 */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const { home, address, threads, memoryLimit, log } = options;
  if (await workerIsAlive(home, address)) {
    log('using the worker that is running');
    return { started: false, stop: () => Promise.resolve() };
  }
  const logs = resolve(home, 'logs');
  await mkdir(logs, { recursive: true });
  const logFile = resolve(logs, 'worker.log');
  let stopping = false;
  let quickDeaths = 0;
  let child: ChildProcess;

  let everReady = false;

  const start = (): Promise<void> => {
    const sink = openSync(logFile, 'a', 0o600);
    child = spawn(process.execPath, [ENTRY], {
      // A group of its own: Ctrl-C reaches the client, which cancels the run before it stops the worker.
      detached: true,
      stdio: ['ignore', sink, sink, 'ipc'],
      env: {
        ...process.env,
        DRAMATIS_HOME: home,
        DRAMATIS_WORKER_ADDRESS: address,
        ...(threads !== undefined && { DRAMATIS_THREADS: String(threads) }),
        ...(memoryLimit !== undefined && { DRAMATIS_MEMORY_LIMIT: memoryLimit }),
      },
    });
    const born = child;
    const bornAt = Date.now();
    return new Promise((ready, failed) => {
      const late = setTimeout(() => failed(new PipelineError('COMPUTE_FAILED', `the worker did not start within ${READY_MS / 1000} s; see ${logFile}`)), READY_MS);
      born.once('message', () => {
        clearTimeout(late);
        everReady = true;
        ready();
      });
      born.once('exit', (code, signal) => {
        clearTimeout(late);
        if (stopping) return;
        failed(new PipelineError('COMPUTE_FAILED', `the worker ended (${signal ?? code}) before it was ready; see ${logFile}`));
        // One that never came up would not come up the next time.
        if (!everReady) return;
        quickDeaths = Date.now() - bornAt < QUICK_DEATH_MS ? quickDeaths + 1 : 0;
        if (quickDeaths >= QUICK_DEATHS) return log(`the worker died ${QUICK_DEATHS} times in a row and is not started again; see ${logFile}`);
        log(`the worker ended (${signal ?? code}) and is started again`);
        setTimeout(() => {
          if (!stopping) start().catch((error: Error) => log(error.message));
        }, Math.min(100 * 2 ** quickDeaths, 10_000));
      });
    });
  };
  await start();

  return {
    started: true,
    stop: () => {
      stopping = true;
      const ending = child;
      if (ending.exitCode !== null || ending.signalCode !== null) return Promise.resolve();
      return new Promise((stopped) => {
        const force = setTimeout(() => ending.kill('SIGKILL'), 40_000);
        ending.once('exit', () => {
          clearTimeout(force);
          stopped();
        });
        ending.kill('SIGTERM');
      });
    },
  };
}
