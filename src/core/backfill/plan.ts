import type { BackfillDay, BackfillPlan, BackfillRequest, Reprocess } from '../../contracts/backfill';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit } from '../../contracts/manifest';
import type { RefreshRequest } from '../../contracts/run';
import { modeAsked } from '../../contracts/workflow-ids';
import type { RunRecord } from '../ports';
import { datesOf } from '../schedule/days';

/** What became of all days travels in one message, of 256 KB at most. */
const MOST_DAYS = 750;

export interface PlanInput {
  readonly request: Pick<BackfillRequest, 'from' | 'to' | 'every' | 'reprocess' | 'refresh'>;
  /** Every run of the store, in the order of their start. */
  readonly runs: readonly RunRecord[];
  readonly releases: readonly ReleaseCommit[];
}

/**
 * What a backfill does with each of its days. A day counts as done where a run of it ended well that asked for the same: the same clock of
 * what was known, and a fit of its own or the same model. A cancelled day is gone on with; a day that is done gives the next one its parent.
 *
 * @throws PipelineError `CONFIG_INVALID` for a range that is none or too long.
 */
export function planBackfill({ request, runs, releases }: PlanInput): BackfillPlan {
  const { from, to, every, reprocess, refresh } = request;
  const dates = datesOf(from, to, every);
  if (dates.length > MOST_DAYS)
    throw new PipelineError('CONFIG_INVALID', `${dates.length} days from ${from} to ${to} are too many for one backfill: take at most ${MOST_DAYS}`);
  const model = modelOf(refresh.modelRelease ?? null, releases);
  const same = runs.filter((run) => asksTheSame(run, refresh, model));
  const before = releases.filter(({ asOf }) => asOf < from).sort((a, b) => (a.asOf === b.asOf ? a.n - b.n : a.asOf < b.asOf ? -1 : 1));
  return { days: dates.map((asOf) => dayOf(asOf, same, reprocess)), firstParent: before.at(-1)?.n ?? null };
}

const requestOf = ({ request }: RunRecord): RefreshRequest => request as RefreshRequest;

const modelOf = (release: number | null, releases: readonly ReleaseCommit[]): string | null =>
  releases.find(({ n }) => n === release)?.artifacts['clustering.model']?.sha256 ?? null;

function asksTheSame(run: RunRecord, refresh: BackfillRequest['refresh'], model: string | null): boolean {
  const { project, environment, knownAt, scratch, kind, mode, modelRelease } = requestOf(run);
  if (project !== refresh.project || environment !== refresh.environment || knownAt !== refresh.knownAt || scratch || kind === 'replay') return false;
  const clustering = run.stages.find(({ stage }) => stage === 'clustering');
  // How far it came decides how well it is known: `auto` shows what it was in its clustering.
  if (clustering === undefined) return modeAsked({ mode, modelRelease }) === modeAsked(refresh);
  return ((clustering.facts.scored as { readonly model: string } | undefined)?.model ?? null) === model;
}

function dayOf(asOf: string, runs: readonly RunRecord[], reprocess: Reprocess): BackfillDay {
  const own = runs.filter((run) => requestOf(run).asOf === asOf);
  const done = own.filter(({ status }) => status === 'succeeded').at(-1);
  const last = own.at(-1);
  const fresh = { asOf, action: 'run', release: null, reprocess: 0, retryOf: null } as const;
  if (done) {
    const what = `${done.runId} made release ${done.release}`;
    if (reprocess !== 'completed') return { ...fresh, action: 'skip', because: what, release: done.release };
    return { ...fresh, because: `${what}: again`, reprocess: 1 + Math.max(...own.map((run) => requestOf(run).reprocess)) };
  }
  if (!last) return { ...fresh, because: 'no run yet' };
  if (last.status === 'running') return { ...fresh, because: `${last.runId} did not end` };
  const again = { ...fresh, reprocess: requestOf(last).reprocess, retryOf: last.runId };
  if (last.status === 'cancelled') return { ...again, because: `${last.runId} was cancelled` };
  const failed = `${last.runId} failed (${last.failure?.code ?? 'unknown'})`;
  return reprocess === 'none' ? { ...fresh, action: 'skip', because: failed } : { ...again, because: `${failed}: again` };
}
