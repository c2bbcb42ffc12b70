import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { workerIsAlive } from './worker-file';

/** A worker in a process of its own, so that its death is never the client's. */
export interface WorkerProcess {
  /** Stop the worker if it was started here; one that was there before stays. */
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
const FORCE_MS = 40_000;
const WATCH_MS = 500;
/** A worker that dies sooner than this after a start counts as a quick death; so many in a row end the attempts. */
const QUICK_DEATH_MS = 5_000;
const QUICK_DEATHS = 10;

/**
 * Make sure that a worker of this store polls, and keep it so until `stop`: a living one is used; where there is none, or when that one
 * ends, one is started here, and started again if it dies (its activities are retried there).
 *
 * @throws PipelineError `COMPUTE_FAILED` when it does not come up; the message names its log.
 */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const supervisor = new Supervisor(options);
  await supervisor.begin();
  return supervisor;
}

class Supervisor implements WorkerProcess {
  private readonly logFile: string;
  private child: ChildProcess | undefined;
  private watch: NodeJS.Timeout | undefined;
  private again: NodeJS.Timeout | undefined;
  private everReady = false;
  private stopping = false;
  private quickDeaths = 0;

  constructor(private readonly options: WorkerProcessOptions) {
    this.logFile = resolve(options.home, 'logs', 'worker.log');
  }

  async begin(): Promise<void> {
    const { home, address, log } = this.options;
    await mkdir(resolve(home, 'logs'), { recursive: true });
    if (!(await workerIsAlive(home, address))) return this.start();
    log('using the worker that is running');
    this.watch = setInterval(() => void this.look(), WATCH_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.watch);
    clearTimeout(this.again);
    await end(this.child);
  }

  /** The worker of somebody else ended: this client still needs one. */
  private async look(): Promise<void> {
    const { home, address, log } = this.options;
    if (this.stopping || this.child || (await workerIsAlive(home, address))) return;
    clearInterval(this.watch);
    log('the worker that was used has ended; starting one');
    this.start().catch((error: Error) => log(error.message));
  }

  private start(): Promise<void> {
    const bornAt = Date.now();
    const child = this.spawn();
    this.child = child;
    return new Promise((ready, failed) => {
      const fail = (what: string): void => failed(new PipelineError('COMPUTE_FAILED', `the worker ${what}; see ${this.logFile}`));
      const late = setTimeout(() => {
        fail(`did not start within ${READY_MS / 1000} s`);
        child.kill('SIGKILL');
      }, READY_MS);
      child.once('message', () => {
        clearTimeout(late);
        this.everReady = true;
        ready();
      });
      child.once('error', (error) => {
        clearTimeout(late);
        fail(`could not be started (${error.message})`);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        fail(`ended (${signal ?? code}) before it was ready`);
        this.ended(String(signal ?? code), bornAt);
      });
    });
  }

  private spawn(): ChildProcess {
    const { home, address, threads, memoryLimit } = this.options;
    const sink = openSync(this.logFile, 'a', 0o600);
    try {
      return spawn(process.execPath, [ENTRY], {
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
    } finally {
      closeSync(sink);
    }
  }

  private ended(how: string, bornAt: number): void {
    // One that never came up would not come up the next time.
    if (this.stopping || !this.everReady) return;
    const { log } = this.options;
    this.quickDeaths = Date.now() - bornAt < QUICK_DEATH_MS ? this.quickDeaths + 1 : 0;
    if (this.quickDeaths >= QUICK_DEATHS) return log(`the worker died ${QUICK_DEATHS} times in a row and is not started again; see ${this.logFile}`);
    log(`the worker ended (${how}) and is started again`);
    this.again = setTimeout(() => {
      this.start().catch((error: Error) => log(error.message));
    }, Math.min(100 * 2 ** this.quickDeaths, 10_000));
  }
}

function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((stopped) => {
    const force = setTimeout(() => child.kill('SIGKILL'), FORCE_MS);
    child.once('exit', () => {
      clearTimeout(force);
      stopped();
    });
    child.kill('SIGTERM');
  });
}
