import { parentPort, threadId, workerData } from 'node:worker_threads';
import { PipelineError } from '../../../src/contracts/errors';
import { kernelOf, type ThreadData } from '../../../src/adapters/compute/kernels';
import { serveTasks } from '../../../src/adapters/compute/serve';

/** A thread with tasks that behave well and badly. */
if (parentPort) {
  serveTasks(parentPort, {
    square: (value: number) => value * value,
    later: async (ms: number) => new Promise((done) => setTimeout(() => done(ms), ms)),
    thread: () => threadId,
    fill: (at: number, cells: Float64Array) => {
      cells[at] = at + 1;
      return cells.buffer instanceof SharedArrayBuffer;
    },
    spin: () => {
      for (;;);
    },
    exit: () => process.exit(3),
    refuse: () => {
      throw new PipelineError('NOT_FINITE', '2 cells are not finite', { cells: 2 });
    },
    break: () => {
      throw new TypeError('cannot read');
    },
    kernel: (_: unknown, __: unknown, { name }) => name,
  }, kernelOf(workerData as ThreadData));
}
