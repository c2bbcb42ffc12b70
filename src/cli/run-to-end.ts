import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, WorkflowUpdateFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { PipelineError, type ErrorCode } from '../contracts/errors';
import type { RefreshRequest, RefreshSummary, RunProgress } from '../contracts/run';
import { note } from './output';
import { startRun } from './start-run';
import { Watch } from './watch';

/**
 * Start (or join) a run, show its progress, and wait for it. Ctrl-C cancels the run and waits for its clean-up; a second one leaves at once.
 *
 * @param gated Whether the gate may hold the release: then the run is left to wait.
 * @throws PipelineError with the code of what stopped the run, `CANCELLED`, or `RELEASE_HELD`.
 */
export async function runToEnd(client: Client, request: RefreshRequest, quiet: boolean, gated = false): Promise<RefreshSummary> {
  const { handle, joined } = await startRun(client, request);
  if (joined && !quiet) note('a run of this day that asks for the same is open: waiting for it');
  const watch = quiet ? undefined : new Watch(client, handle);
  watch?.start();
  const unhook = cancelOnInterrupt(handle);
  try {
    if (gated) await closedOrHeld(handle);
    const summary = (await handle.result()) as RefreshSummary;
    await watch?.finish(summary);
    return summary;
  } catch (error) {
    await watch?.finish(null);
    throw toPipelineError(error);
  } finally {
    unhook();
    if (!(gated && (await isHeld(handle)))) await archived(client, handle);
  }
}

const HELD_POLL_MS = 300;

const isHeld = async (handle: WorkflowHandle): Promise<boolean> =>
  handle.query<RunProgress>('progress').then(
    ({ status }) => status === 'held',
    () => false,
  );

/** Wait until the run has closed. @throws PipelineError `RELEASE_HELD` where it waits for an approval: that may take days. */
export async function closedOrHeld(handle: WorkflowHandle): Promise<void> {
  while ((await handle.describe()).status.name === 'RUNNING') {
    const progress = await handle.query<RunProgress>('progress').catch(() => undefined);
    if (progress?.status === 'held') {
      const run = progress.runId ?? '';
      throw new PipelineError('RELEASE_HELD', `${run} is ready and held by the gate: "dramatis approve ${run} --reason …" shows why and releases it, "dramatis reject" ends it`, { runId: run });
    }
    await sleep(HELD_POLL_MS);
  }
}

const ARCHIVE_MS = 5_000;
const ARCHIVE_POLL_MS = 100;

/**
 * Give the archive of the closed run a moment; what it does not finish now it finishes with the next worker. Every call is awaited:
 * one that is under way when the connection closes would end the process.
 */
async function archived(client: Client, handle: WorkflowHandle): Promise<void> {
  const deadline = Date.now() + ARCHIVE_MS;
  try {
    await client.withDeadline(deadline, async () => {
      const { archiveId } = await handle.query<RunProgress>('progress');
      if (archiveId === null) return;
      const archive = client.workflow.getHandle(archiveId);
      while (Date.now() < deadline && (await archive.describe()).status.name === 'RUNNING') await sleep(ARCHIVE_POLL_MS);
    });
  } catch {
    // A server or worker that does not answer now: the archive is a workflow of its own and goes on later.
  }
}

function cancelOnInterrupt(handle: WorkflowHandle): () => void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(130);
    asked = true;
    note('\ncancelling the run; once more to leave at once');
    void handle.cancel().catch((error: unknown) => note(`the run could not be cancelled: ${error instanceof Error ? error.message : String(error)}`));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

/** What stopped a run or refused an update, in the program's own words. */
export function toPipelineError(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError) && !(error instanceof WorkflowUpdateFailedError)) return error;
  let cause: unknown = error.cause;
  if (cause instanceof ActivityFailure) cause = cause.cause;
  if (cause instanceof CancelledFailure) return new PipelineError('CANCELLED', 'the run was cancelled; finished stages are reused by the next start');
  if (cause instanceof ApplicationFailure) {
    return new PipelineError((cause.type ?? 'ENGINE_FAILED') as ErrorCode, cause.message, (cause.details?.[0] ?? {}) as Record<string, unknown>);
  }
  return error;
}
