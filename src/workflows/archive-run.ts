import { proxyActivities } from '@temporalio/workflow';
import type { Activities, ArchiveInput } from '../contracts/activities';
import { MAIN_QUEUE } from '../contracts/task-queues';

const { archiveHistory } = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
});

/** Wait for a run to close, then keep its history: Temporal forgets it after the namespace's retention. */
export async function archiveRun(input: ArchiveInput): Promise<{ readonly sha256: string; readonly events: number }> {
  return archiveHistory(input);
}
