import pc from 'picocolors';
import type { BackfillDay, BackfillOutcome, BackfillProgress, BackfillRequest } from '../contracts/backfill';
import { costOf, type BackfillCost } from '../core/backfill/cost';
import { planBackfill } from '../core/backfill/plan';
import { STAGES, type Stage } from '../contracts/stages';
import { createWorkerDeps, machineOptions } from '../workers/deps';
import { count, duration, table } from './output';
import { planRun } from './plan';
import type { Workspace } from './workspace';

/** Stages that can be looked up beforehand: what the personas are matched to is known when the backfill gets there. */
const LOOKED_AT = STAGES.slice(0, STAGES.indexOf('personas'));

/** What `--dry-run` prints. */
export interface PlanDescription {
  readonly days: readonly BackfillDay[];
  readonly firstParent: number | null;
  readonly cost: BackfillCost;
  readonly lanes: number;
  /** What a few of the days that run would reuse: first, middle and last. */
  readonly sample: readonly ReusedStages[];
}

export interface ReusedStages {
  readonly asOf: string;
  /** Stages that have a result already, in order. */
  readonly reused: readonly Stage[];
}

/** The plan that a start would make now, and what it would cost. Reads every run record, and hashes the source files for three days. */
export async function describePlan(workspace: Workspace, request: BackfillRequest): Promise<PlanDescription> {
  const { store } = workspace;
  const { project, environment, mode } = request.refresh;
  const runs = await store.runs.list();
  const { days, firstParent } = planBackfill({ request, runs, releases: await store.releases.list(project, environment) });
  const toRun = days.filter(({ action }) => action === 'run');
  const sample = await reusedOf(workspace, request, toRun);
  return { days, firstParent, cost: costOf(toRun.length, request.lanes, runs, mode === 'score'), lanes: request.lanes, sample };
}

async function reusedOf(workspace: Workspace, { refresh }: BackfillRequest, toRun: readonly BackfillDay[]): Promise<ReusedStages[]> {
  const picked = [...new Set([0, Math.floor(toRun.length / 2), toRun.length - 1])].flatMap((i) => toRun[i] ?? []);
  const { deps, close } = createWorkerDeps(workspace.store, machineOptions());
  try {
    const sample: ReusedStages[] = [];
    for (const { asOf, reprocess, retryOf } of picked) {
      const plan = await planRun({
        worker: deps,
        releases: workspace.store.releases,
        request: { ...refresh, asOf, reprocess, retryOf },
        resolved: workspace.resolved,
        resolveParent: () => Promise.resolve({ parentRelease: null, artifacts: {} }),
        releaseOf: () => Promise.resolve(null),
      });
      const reused = plan.stages.filter(({ stage, action }) => action === 'reuse' && LOOKED_AT.includes(stage)).map(({ stage }) => stage);
      sample.push({ asOf, reused });
    }
    return sample;
  } finally {
    await close();
  }
}

const MANY = 40;

export function backfillPlanText({ days, firstParent, cost, lanes, sample }: PlanDescription): string {
  const run = days.filter(({ action }) => action === 'run').length;
  const shown = days.length > MANY ? [...days.slice(0, MANY / 2), ...days.slice(-MANY / 2)] : days;
  const rows = shown.map(({ asOf, action, because }) => [asOf, action === 'run' ? pc.yellow('runs') : pc.dim('left alone'), because]);
  if (days.length > MANY) rows.splice(MANY / 2, 0, ['…', `${count(days.length - MANY)} more`, '']);
  const time =
    cost.whole === null
      ? 'how long is not known: no run of this kind has ended yet'
      : `about ${duration(cost.whole)} with ${lanes} lanes: ${duration(cost.first)} a day up to the clustering, ${duration(cost.second)} from the personas on (medians of ${cost.basis} runs)`;
  return [
    table(['as of', 'day', 'because'], rows),
    '',
    `${count(run)} of ${count(days.length)} days run, ${count(days.length - run)} are left alone; the first is matched to ${firstParent === null ? 'nothing: no release of before' : `release ${firstParent}`}`,
    time,
    ...sample.map(({ asOf, reused }) => pc.dim(`${asOf} would reuse ${reused.length} of ${LOOKED_AT.length} stages up to the clustering${reused.length === 0 ? '' : `: ${reused.join(', ')}`}`)),
  ].join('\n');
}

export function outcomeLine({ asOf, outcome, release, digest, runId, code }: BackfillOutcome, place: number, of: number): string {
  const bad = outcome === 'failed' || outcome === 'cancelled';
  const mark = bad ? pc.red('✗') : outcome === 'skipped' ? pc.dim('·') : pc.green('✓');
  const made = release === null ? '' : ` release ${release}`;
  const which = digest === null ? '' : pc.dim(`  ${digest.slice(0, 16)}  ${runId}`);
  return `  ${mark} ${asOf}  ${String(place).padStart(String(of).length)}/${of}  ${outcome}${made}${code === null ? '' : ` ${code}`}${which}`;
}

export function progressText({ status, days, done, open, because }: BackfillProgress): string {
  const counts = new Map<string, number>();
  for (const { outcome } of done) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const what = [...counts].map(([outcome, n]) => `${count(n)} ${outcome}`).join(', ');
  return [
    `${status}: ${count(done.length)} of ${count(days)} days${what === '' ? '' : ` (${what})`}`,
    ...(open.length > 0 ? [`open: ${open.join(', ')}`] : []),
    ...(because === null ? [] : [because]),
  ].join('\n');
}
