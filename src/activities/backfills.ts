import type { NoteBackfillInput } from '../contracts/activities';
import type { BackfillPlan, BackfillRequest } from '../contracts/backfill';
import { backfillWorkflowId, modeAsked } from '../contracts/workflow-ids';
import { planBackfill } from '../core/backfill/plan';
import type { Ledger, ReleaseStore, RunStore } from '../core/ports';

export interface BackfillDeps {
  readonly runs: RunStore;
  readonly releases: ReleaseStore;
  readonly ledger: Ledger;
  now(): number;
}

const idOf = ({ from, to, refresh: { project, environment } }: BackfillRequest): string => backfillWorkflowId(project, environment, from, to);

/** What is to be done with each day, on what is there when the backfill begins; and that it began, in the ledger. */
export const createOpenBackfill = ({ runs, releases, ledger, now }: BackfillDeps) =>
  async function openBackfill(request: BackfillRequest): Promise<BackfillPlan> {
    const { project, environment, actor, reason } = request.refresh;
    const plan = planBackfill({ request, runs: await runs.list(), releases: await releases.list(project, environment) });
    const { every, reprocess, lanes, promote, refresh } = request;
    await ledger.append({
      type: 'backfill.started',
      actor,
      reason,
      at: new Date(now()).toISOString(),
      subject: idOf(request),
      body: {
        every,
        reprocess,
        lanes,
        promote,
        mode: modeAsked(refresh),
        knownAt: refresh.knownAt,
        configDigest: refresh.configDigest,
        days: plan.days.length,
        runs: plan.days.filter(({ action }) => action === 'run').length,
      },
    });
    return plan;
  };

/** Something that was done to a backfill, or how it ended. */
export const createNoteBackfill = ({ ledger, now }: BackfillDeps) =>
  async function noteBackfill({ request, what, actor, reason, body }: NoteBackfillInput): Promise<void> {
    await ledger.append({ type: `backfill.${what}`, actor, reason, at: new Date(now()).toISOString(), subject: idOf(request), body });
  };
