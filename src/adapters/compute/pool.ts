import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { PipelineError } from '../../contracts/errors';
import type { Compute } from '../../core/ports';
import { cancelled, fromThreadError } from './errors';
import type { ThreadData } from './kernels';
import type { FromThread, ToThread } from './protocol';

/** A `Compute` that owns threads. */
export interface ThreadedCompute extends Compute {
  /** Stop all threads; maps under way end with `CANCELLED`, later ones are refused. */
  close(): Promise<void>;
}

/** One call of `map`. */
interface Job {
  readonly id: number;
  readonly task: string;
  readonly payloads: readonly unknown[];
  readonly shared: unknown;
  readonly results: unknown[];
  next: number;
  done: number;
  finished: boolean;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
  readonly resolve: (results: unknown[]) => void;
  readonly reject: (error: PipelineError) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Jobs whose shared value the thread holds. */
  readonly knows: Set<number>;
  job: Job | undefined;
}

const failure = ({ task }: Job, message: string, cause: unknown): PipelineError =>
  new PipelineError('COMPUTE_FAILED', message, { task }, { cause });

/**
 * Compute over worker threads. Threads start when there is work for them, are used again, and do not keep the process alive while idle.
 * A thread runs one task at a time; tasks of earlier maps go first. Cancelling a map terminates the threads that work for it
 * (a kernel cannot be interrupted otherwise) and leaves the others alone; so does a failure.
 *
 * @param entry Compiled `workers/compute-thread`.
 * @param kernels Compiled once, given to every thread; null for the reference in TypeScript.
 */
export function createComputePool({
  entry,
  kernels = null,
  threads: size = availableParallelism(),
}: {
  readonly entry: string;
  readonly kernels?: WebAssembly.Module | null;
  readonly threads?: number;
}): ThreadedCompute {
  const threads = new Set<Thread>();
  const jobs = new Set<Job>();
  const workerData: ThreadData = { kernels };
  let nextId = 1;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(entry, { workerData });
    const thread: Thread = { worker, knows: new Set(), job: undefined };
    worker.unref();
    worker.on('message', (message: FromThread) => finishTask(thread, message));
    worker.on('error', (error) => crashed(thread, error));
    worker.on('exit', (code) => crashed(thread, new Error(`exit code ${code}`)));
    threads.add(thread);
    return thread;
  }

  function crashed(thread: Thread, error: unknown): void {
    if (!threads.delete(thread)) return;
    const { job } = thread;
    if (job) {
      const reason = error instanceof Error ? error.message : String(error);
      end(job, failure(job, `a compute thread stopped during the task ${job.task}: ${reason}`, error));
    }
    dispatch();
  }

  function terminate(thread: Thread): Promise<number> {
    threads.delete(thread);
    thread.job = undefined;
    return thread.worker.terminate();
  }

  function finishTask(thread: Thread, message: FromThread): void {
    const { job } = thread;
    if (!job) return;
    thread.job = undefined;
    thread.worker.unref();
    if (message.ok) {
      job.results[message.index] = message.value;
      job.done++;
      job.onProgress?.(job.done, job.payloads.length);
      if (job.done === job.payloads.length) end(job);
    } else end(job, fromThreadError(job.task, message.error));
    dispatch();
  }

  function end(job: Job, error?: PipelineError): void {
    if (job.finished) return;
    job.finished = true;
    jobs.delete(job);
    for (const thread of [...threads]) {
      if (thread.job === job) void terminate(thread);
      else if (thread.knows.delete(job.id)) send(thread, { type: 'forget', map: job.id });
    }
    if (error) job.reject(error);
    else job.resolve(job.results);
  }

  const send = (thread: Thread, message: ToThread): void => thread.worker.postMessage(message);

  /** An idle thread, or a new one where there is room for it. */
  function available(): Thread | undefined {
    for (const thread of threads) if (!thread.job) return thread;
    if (threads.size >= size) return undefined;
    try {
      return start();
    } catch (error) {
      // Those that run do the work, later.
      if (threads.size > 0) return undefined;
      throw error;
    }
  }

  function dispatch(): void {
    for (const job of jobs) {
      while (!job.finished && job.next < job.payloads.length) {
        let thread: Thread | undefined;
        try {
          thread = available();
        } catch (error) {
          end(job, failure(job, `no compute thread can be started for the task ${job.task}`, error));
          break;
        }
        if (!thread) return;
        give(thread, job);
      }
    }
  }

  function give(thread: Thread, job: Job): void {
    const index = job.next++;
    thread.job = job;
    thread.worker.ref();
    try {
      if (!thread.knows.has(job.id)) {
        send(thread, { type: 'shared', map: job.id, value: job.shared });
        thread.knows.add(job.id);
      }
      send(thread, { type: 'task', map: job.id, index, task: job.task, payload: job.payloads[index] });
    } catch (error) {
      // Nothing was sent: the value cannot be copied to another thread.
      thread.job = undefined;
      thread.worker.unref();
      end(job, failure(job, `a payload of the task ${job.task} cannot be sent to a thread`, error));
    }
  }

  return {
    threads: size,
    map<I, O>(
      task: string,
      payloads: readonly I[],
      { signal, onProgress, shared }: Parameters<Compute['map']>[2],
    ): Promise<O[]> {
      if (closed) return Promise.reject(cancelled(task, 'the compute pool is closed'));
      if (signal?.aborted) return Promise.reject(cancelled(task, signal.reason));
      if (payloads.length === 0) return Promise.resolve([]);
      return new Promise<O[]>((resolve, reject) => {
        const onAbort = (): void => {
          end(job, cancelled(task, signal?.reason));
          dispatch();
        };
        const job: Job = {
          id: nextId++,
          task,
          payloads,
          shared,
          results: new Array<unknown>(payloads.length),
          next: 0,
          done: 0,
          finished: false,
          onProgress,
          resolve: (results) => {
            signal?.removeEventListener('abort', onAbort);
            resolve(results as O[]);
          },
          reject: (error) => {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        jobs.add(job);
        dispatch();
      });
    },
    async close() {
      closed = true;
      const working = [...threads];
      for (const job of [...jobs]) end(job, cancelled(job.task, 'the compute pool is closed'));
      await Promise.all(working.map(terminate));
    },
  };
}
