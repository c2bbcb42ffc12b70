import { parentPort, workerData } from 'node:worker_threads';
import { kernelOf, type ThreadData } from '../adapters/compute/kernels';
import { serveTasks } from '../adapters/compute/serve';
import { TASKS } from '../adapters/compute/tasks';

/** Entry of a compute thread. */
if (parentPort) serveTasks(parentPort, TASKS, kernelOf(workerData as ThreadData));
