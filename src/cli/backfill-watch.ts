import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { BackfillProgress } from '../contracts/backfill';
import { controlBackfill, progressOf } from '../adapters/temporal/backfills';
import { outcomeLine } from './backfill-text';
import { note } from './output';
import { toPipelineError } from './run-to-end';

const POLL_MS = 500;

/** Wait for a backfill, a line on stderr per day that ends. Ctrl-C cancels it and waits for its clean-up; a second one leaves at once. */
export async function watchBackfill(
  handle: WorkflowHandle,
  { actor, quiet }: { readonly actor: string; readonly quiet: boolean },
): Promise<BackfillProgress> {
  let said = 0;
  let paused = false;
  const say = (progress: BackfillProgress): void => {
    if (quiet) return;
    if (progress.done.length < said) return;
    progress.done.slice(said).forEach((outcome, i) => note(outcomeLine(outcome, said + i + 1, progress.days)));
    said = progress.done.length;
    if ((progress.status === 'paused') !== paused) note((paused = !paused) ? 'paused; "dramatis backfill resume" goes on' : 'resumed');
  };
  const unhook = cancelOnInterrupt(handle, actor);
  let ended = false;
  const polling = (async () => {
    while (!ended) {
      // A worker that starts anew does not answer for a moment.
      await progressOf(handle).then(say, () => undefined);
      await sleep(POLL_MS);
    }
  })();
  try {
    const progress = (await handle.result()) as BackfillProgress;
    ended = true;
    await polling;
    say(progress);
    return progress;
  } catch (error) {
    throw toPipelineError(error);
  } finally {
    ended = true;
    await polling;
    unhook();
  }
}

function cancelOnInterrupt(handle: WorkflowHandle, actor: string): () => void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(130);
    asked = true;
    note('\ncancelling the backfill; once more to leave at once');
    controlBackfill(handle, { action: 'cancel', actor, reason: 'Ctrl-C' }).catch((error: unknown) =>
      note(`it could not be cancelled: ${error instanceof Error ? error.message : String(error)}`),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
