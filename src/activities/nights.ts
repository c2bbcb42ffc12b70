import type { LookAtRunInput, OtherRun, PlanNightInput } from '../contracts/activities';
import type { RefreshSummary } from '../contracts/run';
import { differences } from '../contracts/workflow-ids';
import type { RunWatcher } from '../core/ports';
import { asOfAt } from '../core/schedule/zone';

/** The business date of a night. An activity, so that its answer is in the history: time zones change with the data of the runtime. */
export function planNight({ schedule, nominal }: PlanNightInput): Promise<{ readonly asOf: string }> {
  return Promise.resolve({ asOf: asOfAt(Date.parse(nominal), schedule.timeZone, schedule.asOfOffset) });
}

export interface LookDeps {
  readonly watcher: RunWatcher;
}

/** A run of the same day that somebody else started: whether it is still open, and in what it differs. */
export const createLookAtRun = ({ watcher }: LookDeps) =>
  async function lookAtRun({ workflowId, temporalRunId, request }: LookAtRunInput): Promise<OtherRun | null> {
    const run = await watcher.look(workflowId, temporalRunId);
    if (!run) return null;
    const summary = run.result as RefreshSummary | null;
    return { temporalRunId: run.temporalRunId, open: run.open, parentId: run.parentId, differs: differences(run.memo, request), summary };
  };
