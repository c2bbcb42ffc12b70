import { parentPort } from 'node:worker_threads';
import { serveTasks } from '../adapters/compute/serve';
import { TASKS } from '../adapters/compute/tasks';

/** Entry of a compute thread. */
if (parentPort) serveTasks(parentPort, TASKS);
