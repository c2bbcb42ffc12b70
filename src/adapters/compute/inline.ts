import { PipelineError } from '../../contracts/errors';
import type { Kernel } from '../../core/clustering/kernel';
import { plainKernel } from '../../core/clustering/plain-kernel';
import type { Compute } from '../../core/ports';
import { cancelled, fromThreadError, toThreadError, unknownTask } from './errors';
import { TASKS, type Task } from './tasks';

/** The same tasks in the calling thread, one after the other: for tests and one-off scripts. It yields to the event loop between tasks. */
export function createInlineCompute(tasks: Readonly<Record<string, Task>> = TASKS, { kernel = plainKernel }: { readonly kernel?: Kernel } = {}): Compute {
  return {
    threads: 1,
    async map<I, O>(
      name: string,
      payloads: readonly I[],
      { signal, onProgress, shared }: Parameters<Compute['map']>[2],
    ): Promise<O[]> {
      const task = tasks[name];
      if (!task) throw unknownTask(name);
      const results: O[] = [];
      for (const payload of payloads) {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal?.aborted) throw cancelled(name, signal.reason);
        try {
          results.push((await task(payload as never, shared as never, kernel)) as O);
        } catch (error) {
          throw error instanceof PipelineError ? error : fromThreadError(name, toThreadError(error));
        }
        onProgress?.(results.length, payloads.length);
      }
      return results;
    },
  };
}
