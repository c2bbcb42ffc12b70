import { resolve } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../contracts/activities';
import { COMPUTE_QUEUE, MAIN_QUEUE } from '../contracts/task-queues';
import { failureInterceptor } from '../activities/failures';

export interface PipelineWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  /** How many heavy activities at once. */
  readonly threads: number;
}

/** Two workers in one process: workflows and tables on one queue, kernels on the other. */
export async function createPipelineWorker({ connection, namespace, activities, threads }: PipelineWorkerOptions): Promise<{ run(): Promise<void>; shutdown(): void }> {
  const shared: Pick<WorkerOptions, 'connection' | 'namespace' | 'activities' | 'interceptors' | 'shutdownGraceTime' | 'shutdownForceTime'> = {
    connection,
    namespace,
    activities,
    interceptors: { activity: [() => failureInterceptor()] },
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '30 seconds',
  };
  const main = await Worker.create({
    ...shared,
    taskQueue: MAIN_QUEUE,
    workflowBundle: { codePath: resolve(__dirname, '..', 'workflow-bundle.js') },
    maxCachedWorkflows: 50,
    maxConcurrentActivityTaskExecutions: 8,
  });
  const compute = await Worker.create({ ...shared, taskQueue: COMPUTE_QUEUE, maxConcurrentActivityTaskExecutions: Math.max(1, threads) });
  const workers = [main, compute];
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    // One worker that fails must not leave the other polling on connections that are being closed.
    run: async () => {
      const ends = await Promise.allSettled(
        workers.map((worker) =>
          worker.run().catch((error: unknown) => {
            shutdown();
            throw error;
          }),
        ),
      );
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
    shutdown,
  };
}
