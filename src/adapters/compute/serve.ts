import type { MessagePort } from 'node:worker_threads';
import type { Kernel } from '../../core/clustering/kernel';
import { toThreadError, unknownTask } from './errors';
import type { FromThread, ToThread } from './protocol';
import type { Task } from './tasks';

/** The thread's side: run the tasks that come in on a port, one at a time, each with the thread's kernel, and answer each. */
export function serveTasks(port: MessagePort, tasks: Readonly<Record<string, Task>>, kernel: Kernel): void {
  const shared = new Map<number, unknown>();

  async function answer({ index, task, payload, map }: Extract<ToThread, { type: 'task' }>): Promise<FromThread> {
    try {
      const run = tasks[task];
      if (!run) throw unknownTask(task);
      return { index, ok: true, value: await run(payload as never, shared.get(map) as never, kernel) };
    } catch (error) {
      return { index, ok: false, error: toThreadError(error) };
    }
  }

  port.on('message', (message: ToThread) => {
    if (message.type === 'shared') shared.set(message.map, message.value);
    else if (message.type === 'forget') shared.delete(message.map);
    else void answer(message).then((result) => port.postMessage(result));
  });
}
