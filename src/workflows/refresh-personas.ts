import {
  ActivityFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
  type ChildWorkflowHandle,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, ModeDecision, OpenedRun, Rival } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { RefreshRequest, RefreshSummary, RunContext, RunProgress, RunStatus, StageResult, Turn } from '../contracts/run';
import { joinParts } from '../contracts/stage-parts';
import { STAGES, type Stage } from '../contracts/stages';
import { COMPUTE_QUEUE, MAIN_QUEUE } from '../contracts/task-queues';
import { archiveWorkflowId } from '../contracts/workflow-ids';
import { archiveRun, closingSignal } from './archive-run';
import { failureOf } from './failure';

const retry = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
  maximumAttempts: 8,
} as const;
const quick = proxyActivities<Activities>({ taskQueue: MAIN_QUEUE, startToCloseTimeout: '2 minutes', retry });
const tables = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  retry,
});
const kernels = proxyActivities<Activities>({
  taskQueue: COMPUTE_QUEUE,
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '10 seconds',
  retry,
});

/** A moved release is no matter of retrying the publication: the personas must be matched again first. */
const publishing = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  retry: { ...retry, nonRetryableErrorTypes: ['RELEASE_MOVED'] },
});

/** Sent by a starter that asked the run to wait after its clustering. */
export const turnSignal = defineSignal<[Turn]>('turn');

export const progressQuery = defineQuery<RunProgress>('progress');

/** A refit ends with these where no candidate passes its gates: the current model, where there is one, is no worse for it. */
const NO_NEW_MODEL: ReadonlySet<string> = new Set(['NO_ACCEPTABLE_MODEL', 'INDEPENDENT_CHECK_FAILED', 'NO_FEATURES_LEFT']);

/** How often personas are matched again because another release became current in between. */
const MATCHINGS = 5;
const AFTER_CLUSTERING = STAGES.indexOf('clustering') + 1;

/** Refresh the personas of one day, from warehouse export to publication. */
export async function refreshPersonas(request: RefreshRequest): Promise<RefreshSummary> {
  const { workflowId, runId: temporalRunId } = workflowInfo();
  const results: StageResult[] = [];
  let run: RunContext | null = null;
  let archive: ChildWorkflowHandle<typeof archiveRun> | null = null;
  let stage: Stage | null = null;
  let status: RunStatus = 'running';
  let turn: Turn | null = null;
  setHandler(turnSignal, (granted) => void (turn ??= granted));
  setHandler(progressQuery, () => ({
    runId: run?.runId ?? null,
    archiveId: archive?.workflowId ?? null,
    status,
    stages: STAGES.map((name) => progressOf(name, stage, status, results)),
  }));

  const inputs: Record<string, ArtifactRefs[string]> = {};
  const step = async (name: Stage, activity: Activities['extract'], extra: ArtifactRefs = {}) => {
    stage = name;
    const result = await activity({ run: run!, inputs: { ...inputs, ...extra } });
    results.push(result);
    Object.assign(inputs, result.outputs);
  };

  /** Every algorithm on its own, side by side, then one decision: together they are the stage. */
  const select = async (algorithms: OpenedRun['algorithms']) => {
    stage = 'selection';
    const offers = await Promise.all(algorithms.map((algorithm) => kernels.contend({ run: run!, inputs: { ...inputs }, algorithm })));
    for (const { outputs } of offers) Object.assign(inputs, outputs);
    const decision = await kernels.selection({ run: run!, inputs: { ...inputs } });
    results.push(joinParts(decision, offers));
    Object.assign(inputs, decision.outputs);
  };

  /** The personas, then whether they last: together they are the stage. */
  const cluster = async (holdout: boolean) => {
    stage = 'clustering';
    const clustered = await kernels.clustering({ run: run!, inputs: { ...inputs } });
    Object.assign(inputs, clustered.outputs);
    const part = holdout ? await kernels.holdout({ run: run!, inputs: { ...inputs } }) : null;
    results.push(part === null ? clustered : joinParts(clustered, [part]));
    Object.assign(inputs, part?.outputs);
  };

  /** How far today is from what the current model was fitted to: asked only where a request leaves the mode open. */
  const measureDrift = async (): Promise<StageResult | null> => {
    if (run!.mode !== 'auto') return null;
    stage = 'prepare';
    const champion = await quick.findChampion({ run: run! });
    return champion === null ? null : kernels.drift({ run: run!, inputs: { ...inputs, ...champion } });
  };

  /** A part of the preparation, kept with the rest of it. */
  const withDrift = (drift: StageResult | null) => {
    if (drift === null) return;
    results.push(joinParts(results.pop()!, [drift]));
    Object.assign(inputs, drift.outputs);
  };

  /** A model of before: its parameters, its choice, its clusters. */
  const score = async ({ artifacts, scoring }: Pick<Rival, 'artifacts' | 'scoring'>, drift: StageResult | null) => {
    run = { ...run!, scoring };
    Object.assign(inputs, artifacts);
    await step('prepare', tables.scorePrepare);
    withDrift(drift);
    await step('selection', tables.scoreSelection);
    await step('clustering', kernels.scoreClustering);
  };

  const fit = async (opened: OpenedRun, drift: StageResult | null) => {
    await step('prepare', tables.prepare);
    withDrift(drift);
    await select(opened.algorithms);
    await cluster(opened.holdout);
  };

  /** Fit a new model. Where it does not take over from the one it has to win against, that is applied after all: true. */
  const fitAndContest = async (opened: OpenedRun, drift: StageResult | null, rival: Rival | undefined): Promise<boolean> => {
    const [known, done] = [{ ...inputs }, results.length];
    const applyRival = async () => {
      results.splice(done);
      for (const name of Object.keys(inputs)) if (!(name in known)) delete inputs[name];
      await score(rival!, drift);
    };
    try {
      await fit(opened, drift);
    } catch (error) {
      const { code, message } = failureOf(error);
      if (rival === undefined || !NO_NEW_MODEL.has(code)) throw error;
      await applyRival();
      const clustered = results.pop()!;
      results.push({ ...clustered, warnings: [...clustered.warnings, `The current model scores on: no new one passes: ${message}`] });
      return true;
    }
    if (rival === undefined) return false;
    const trial = await tables.personas({ run: run!, inputs: { ...inputs, ...rival.parent } });
    const verdict = await tables.challenge({ run: run!, inputs: { ...inputs, ...trial.outputs, ...rival.parent, ...rival.artifacts } });
    const lost = verdict.facts.winner === 'champion';
    if (lost) await applyRival();
    results.push(joinParts(results.pop()!, [verdict]));
    Object.assign(inputs, verdict.outputs);
    return lost;
  };

  try {
    const opened = await quick.openRun({ request, workflowId, temporalRunId });
    run = opened.run;
    const { runId, attempt } = run;
    // Outside of the run's cancellation: a cancelled run is archived like any other.
    archive = await CancellationScope.nonCancellable(() =>
      startChild(archiveRun, {
        args: [{ runId, workflowId, temporalRunId }],
        workflowId: archiveWorkflowId(runId, attempt),
        parentClosePolicy: ParentClosePolicy.ABANDON,
      }),
    );
    await step('extract', tables.extract);
    await step('quality', tables.quality);
    await step('clean', tables.clean);
    await step('features', tables.features);
    const drift = await measureDrift();
    const decision = await howToModel(run, results, drift);
    let model: ArtifactRefs | null = null;
    if (decision?.mode === 'score') {
      await score(decision, drift);
      model = decision.artifacts;
    } else if (await fitAndContest(opened, drift, decision?.against)) model = decision!.against!.artifacts;
    if (request.awaitsTurn) {
      await condition(() => turn !== null);
      run = { ...run, turn: turn! };
    }
    const context = run;
    const summary = await published(async () => {
      results.splice(AFTER_CLUSTERING);
      const parent = await quick.resolveParent({ run: context, stages: results });
      await step('personas', tables.personas, parent.artifacts);
      await step('report', tables.report);
      stage = 'publish';
      // Once begun it is finished: a cancelled publication could leave a commit without its files.
      return CancellationScope.nonCancellable(() =>
        publishing.publishRelease({
          run: context,
          stages: results,
          parentRelease: parent.parentRelease,
          ...(model && { model }),
          temporal: { workflowId, runId: temporalRunId },
          startedAt: opened.startedAt,
        }),
      );
    });
    status = 'succeeded';
    results.push(...summary.stages.slice(results.length));
    return summary;
  } catch (error) {
    status = isCancellation(error) ? 'cancelled' : 'failed';
    const outcome = { status, stage, stages: results, failure: status === 'failed' ? failureOf(error) : null };
    const failed = run;
    if (failed) await lastly(() => quick.recordOutcome({ run: failed, ...outcome }));
    throw error;
  } finally {
    const child = archive;
    if (child) await lastly(() => child.signal(closingSignal));
  }
}

/** Asked only where a request leaves it open or names a model: requests of before there were modes are refits. */
async function howToModel(run: RunContext, stages: readonly StageResult[], drift: StageResult | null): Promise<ModeDecision | null> {
  return (run.mode ?? 'refit') === 'refit' ? null : quick.decideMode({ run, stages, ...(drift && { drift }) });
}

/** What is done at the end of a run, cancelled or not; its own failure must not hide what ended the run. */
async function lastly(act: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(act);
  } catch (error) {
    log.warn('the end of the run was not noted', {
      type: error instanceof ActivityFailure ? error.activityType : 'signal',
    });
  }
}

function progressOf(
  name: Stage,
  current: Stage | null,
  status: RunStatus,
  results: readonly StageResult[],
): RunProgress['stages'][number] {
  const result = results.find((r) => r.stage === name) ?? null;
  if (result) return { stage: name, status: 'done', result };
  if (name !== current) return { stage: name, status: 'waiting', result };
  return { stage: name, status: status === 'running' ? 'running' : status === 'succeeded' ? 'done' : 'failed', result };
}

/** Match and publish; again when another release became current after the matching. */
async function published(attempt: () => Promise<RefreshSummary>): Promise<RefreshSummary> {
  for (let left = MATCHINGS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || failureOf(error).code !== 'RELEASE_MOVED') throw error;
    }
  }
}
