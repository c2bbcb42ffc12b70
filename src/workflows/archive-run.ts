import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { Activities, ArchiveInput } from '../contracts/activities';
import { MAIN_QUEUE } from '../contracts/task-queues';

const { archiveHistory } = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
});

/** Sent by a run as its last act; one that was terminated never sends it, so the archive also looks by itself now and then. */
export const closingSignal = defineSignal('closing');

const FIRST_LOOK_MINUTES = 1;
const LONGEST_PAUSE_MINUTES = 30;

/**
 * Wait for a run to close, then keep its history: Temporal forgets it after the namespace's retention. Waits in the workflow, not in an
 * activity: open runs must not take the slots that their own stages need.
 */
export async function archiveRun(input: ArchiveInput): Promise<{ readonly sha256: string; readonly events: number }> {
  let closing = false;
  setHandler(closingSignal, () => {
    closing = true;
  });
  for (let pause = FIRST_LOOK_MINUTES; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MINUTES)) {
    await condition(() => closing, `${pause} minutes`);
    const archived = await archiveHistory(input);
    if (archived) return archived;
    closing = false;
  }
}
