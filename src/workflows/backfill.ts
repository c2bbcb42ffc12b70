import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type {
  BackfillControl,
  BackfillDay,
  BackfillOutcome,
  BackfillProgress,
  BackfillRequest,
  BackfillState,
  BackfillStatus,
} from '../contracts/backfill';
import type { RefreshRequest, RefreshSummary } from '../contracts/run';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { failureOf } from './failure';
import { oneRun, type OwnRun } from './one-run';
import { turnSignal } from './refresh-personas';

const { openBackfill, noteBackfill } = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
});

export const backfillQuery = defineQuery<BackfillProgress>('backfill');
export const controlSignal = defineSignal<[BackfillControl]>('control');

/** Days that one run of the workflow takes; the next run goes on. */
const DAYS_PER_RUN = 50;
/** So many failures in a row are no accident of a day: it stops. */
const MOST_FAILURES = 3;

/**
 * Run a refresh for each day of a range. At most `lanes` days are open; they go up to their clustering side by side, and each gets its turn,
 * to be matched and published, when all days before it have ended: against the release of the day before it. Ends with what became of every
 * day; a failed day does not stop the others, several in a row do.
 */
export async function backfill(request: BackfillRequest, state?: BackfillState): Promise<BackfillProgress> {
  const scope = new CancellationScope();
  const done: BackfillOutcome[] = [...(state?.done ?? [])];
  const open = new Set<string>();
  let plan = state?.plan ?? null;
  let total = state?.days ?? 0;
  let next = 0;
  let parent = state?.parent ?? null;
  let paused = state?.paused ?? false;
  let failedInRow = state?.failedInRow ?? 0;
  let cancelled = false;
  let because: string | null = null;

  const status = (): BackfillStatus => {
    if (cancelled) return 'cancelled';
    if (plan === null || open.size > 0 || (next < plan.days.length && because === null)) return paused ? 'paused' : 'running';
    return because !== null || done.some(({ outcome }) => outcome === 'failed' || outcome === 'cancelled') ? 'incomplete' : 'done';
  };
  const progress = (): BackfillProgress => ({ status: status(), days: total, done, open: [...open], because });
  setHandler(backfillQuery, progress);
  setHandler(controlSignal, async ({ action, actor, reason }) => {
    // The word counts from now on, its entry in the ledger may take a moment.
    if (action === 'cancel') {
      cancelled = true;
      because ??= `cancelled by ${actor}: ${reason}`;
    } else paused = action === 'pause';
    await CancellationScope.nonCancellable(() => noteBackfill({ request, what: PAST[action], actor, reason, body: { done: done.length } }));
    if (action === 'cancel') scope.cancel();
  });

  const settle = (outcome: BackfillOutcome): void => {
    done.push(outcome);
    open.delete(outcome.asOf);
    parent = outcome.release ?? parent;
    if (outcome.outcome !== 'failed') failedInRow = 0;
    else if (++failedInRow >= MOST_FAILURES) because ??= `${failedInRow} days in a row failed, the last with ${outcome.code}`;
  };

  const grantTurn = async (run: OwnRun, before: Promise<void>, last: boolean): Promise<void> => {
    await before;
    await condition(() => !paused);
    const whole = done.every(({ outcome }) => outcome !== 'failed' && outcome !== 'cancelled');
    await run.signal(turnSignal, { parentRelease: parent, promote: request.promote && last && whole });
  };

  const runDay = async (day: BackfillDay, before: Promise<void>, last: boolean): Promise<void> => {
    let outcome: BackfillOutcome;
    try {
      const summary = await oneRun(refreshOf(request, day), (run) => {
        grantTurn(run, before, last).catch((error: unknown) => {
          // A run that failed before its turn is gone; how it ended says all.
          if (!isCancellation(error)) log.info('a run did not wait for its turn', { asOf: day.asOf });
        });
        return run.result();
      });
      outcome = outcomeOf(day.asOf, summary);
    } catch (error) {
      const { code } = failureOf(error);
      outcome = {
        ...NOTHING,
        asOf: day.asOf,
        outcome: isCancellation(error) ? 'cancelled' : 'failed',
        code: isCancellation(error) ? 'CANCELLED' : code,
      };
    }
    await before;
    settle(outcome);
  };

  const takeDays = async (): Promise<void> => {
    const { days } = (plan ??= await openBackfill(request));
    if (!state) {
      parent = plan.firstParent;
      total = days.length;
    }
    const end = Math.min(days.length, next + DAYS_PER_RUN);
    let before: Promise<void> = Promise.resolve();
    try {
      while (next < end && because === null && !workflowInfo().continueAsNewSuggested) {
        await condition(() => because !== null || (open.size < request.lanes && !paused));
        if (because !== null) break;
        const day = days[next++];
        const last = next === days.length;
        if (day.action === 'skip') before = before.then(() => settle({ ...NOTHING, asOf: day.asOf, outcome: 'skipped', release: day.release }));
        else {
          open.add(day.asOf);
          before = runDay(day, before, last);
        }
      }
    } finally {
      await CancellationScope.nonCancellable(() => before);
    }
  };

  try {
    await scope.run(takeDays);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    because ??= 'cancelled';
    cancelled = true;
  }
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  if (!cancelled && because === null && plan !== null && next < plan.days.length) {
    const rest = { ...plan, days: plan.days.slice(next) };
    await continueAsNew<typeof backfill>(request, { plan: rest, days: total, parent, done, paused, failedInRow });
  }
  const { actor, reason } = request.refresh;
  const body = { status: status(), because, ...countsOf(done) };
  await CancellationScope.nonCancellable(() => noteBackfill({ request, what: 'finished', actor, reason, body }));
  return progress();
}

const PAST = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;

const NOTHING = { runId: null, release: null, digest: null, resultDigest: null, code: null } as const;

const refreshOf = ({ refresh, from, to }: BackfillRequest, { asOf, reprocess, retryOf }: BackfillDay): RefreshRequest => ({
  ...refresh,
  asOf,
  reprocess,
  retryOf,
  awaitsTurn: true,
  reason: `${refresh.reason} (backfill ${from}..${to})`,
});

const outcomeOf = (asOf: string, { outcome, runId, release, digest, resultDigest }: RefreshSummary): BackfillOutcome => ({
  asOf,
  outcome,
  runId,
  release,
  digest,
  resultDigest,
  code: null,
});

function countsOf(done: readonly BackfillOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of done) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
