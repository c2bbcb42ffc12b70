import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, ModeDecision, OpenedRun, PublishInput, Rival } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { Approval, SignedDecision } from '../contracts/gate';
import type { RefreshRequest, RefreshSummary, RunContext, RunProgress, RunStatus, StageResult, Turn } from '../contracts/run';
import { joinParts } from '../contracts/stage-parts';
import { STAGES, type Stage } from '../contracts/stages';
import { COMPUTE_QUEUE, MAIN_QUEUE } from '../contracts/task-queues';
import { closingSignal } from './archive-run';
import { assertForm } from './decision-form';
import { failureOf } from './failure';
import { progressOf } from './progress';
import { startArchive, type Archive } from './start-archive';

const retry = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
  maximumAttempts: 8,
} as const;
const quick = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
});
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
/** Sent by an approver; the answer is what counted. Anything that does not count fails the update, and stands in the ledger. */
export const approveUpdate = defineUpdate<Approval, [SignedDecision]>('approve');
export const rejectUpdate = defineUpdate<Approval, [SignedDecision]>('reject');

export const progressQuery = defineQuery<RunProgress>('progress');

/** A refit ends with these where no candidate passes its gates: the current model, where there is one, is no worse for it. */
const NO_NEW_MODEL: ReadonlySet<string> = new Set([
  'NO_ACCEPTABLE_MODEL',
  'INDEPENDENT_CHECK_FAILED',
  'NO_FEATURES_LEFT',
  // Its clusters are not the personas that were pinned.
  'PERSONAS_PINNED',
]);

/** How often personas are matched again because another release became current in between. */
const MATCHINGS = 5;
const HOUR_MS = 3_600_000;
/** How a run ends that the gate did not let through. */
const NOT_RELEASED: Readonly<Record<string, RunStatus>> = { RELEASE_REJECTED: 'rejected', APPROVAL_EXPIRED: 'expired' };
const AFTER_CLUSTERING = STAGES.indexOf('clustering') + 1;

/** Refresh the personas of one day, from warehouse export to publication. */
export async function refreshPersonas(request: RefreshRequest): Promise<RefreshSummary> {
  const { workflowId, runId: temporalRunId } = workflowInfo();
  const results: StageResult[] = [];
  let run: RunContext | null = null;
  let archive: Archive | null = null;
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

  let held: string | null = null;
  let decided: Approval | null = null;
  let deciding: Promise<unknown> = Promise.resolve();
  /** One after the other: of two decisions the first counts. */
  const decide = (signed: SignedDecision): Promise<Approval> => {
    const check = async () => {
      if (!run) throw ApplicationFailure.nonRetryable('the run has only begun', 'NOT_HELD');
      const question = { run, heldDigest: held, asked: signed.statement.decision, signed };
      // A decision that comes while the run is being cancelled is refused and written down like any other.
      const answer = await CancellationScope.nonCancellable(() => quick.checkDecision(question));
      held = null;
      decided = answer;
      return answer;
    };
    const answer = deciding.then(check);
    deciding = answer.catch(() => undefined);
    return answer;
  };
  for (const [update, asked] of [[approveUpdate, 'approve'], [rejectUpdate, 'reject']] as const) {
    setHandler(update, decide, { validator: (signed) => assertForm(signed, asked) });
  }

  /** What lets the release through; waits for an approver where the gate holds it. */
  const passGate = async (input: PublishInput): Promise<Approval> => {
    const { decision, rule, digest, timeoutHours } = await quick.weighRelease(input);
    if (decision === 'open') return { approver: rule ?? '', digest, signed: null };
    held = digest;
    decided = null;
    status = 'held';
    try {
      await condition(() => decided !== null, timeoutHours * HOUR_MS);
      // A decision that came in time and is still looked at counts.
      await deciding;
    } finally {
      // Also where the run was cancelled: what is decided from here on is late.
      held = null;
    }
    status = 'running';
    const answer = decided as Approval | null;
    if (answer === null) {
      const message = `nobody decided about ${input.run.runId} within ${timeoutHours} hours: not released`;
      throw ApplicationFailure.nonRetryable(message, 'APPROVAL_EXPIRED', { digest });
    }
    const { decision: answered, reason } = answer.signed?.statement ?? {};
    if (answered === 'approve') return answer;
    throw ApplicationFailure.nonRetryable(`${answer.approver} rejected the release: ${reason}`, 'RELEASE_REJECTED', { digest });
  };

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

  /** Set while an approver has to say whether the new model takes over: applies the one of before after all, and answers with it. */
  const contest: { applyRival: (() => Promise<ArtifactRefs>) | null } = { applyRival: null };

  /** Fit a new model. Where it does not take over from the one it has to win against, that is applied after all: true. */
  const fitAndContest = async (opened: OpenedRun, drift: StageResult | null, rival: Rival | undefined): Promise<boolean> => {
    const [known, done] = [{ ...inputs }, results.length];
    const applyRival = async () => {
      results.splice(done);
      for (const name of Object.keys(inputs)) if (!(name in known)) delete inputs[name];
      await score(rival!, drift);
    };
    let trial: StageResult | null = null;
    try {
      await fit(opened, drift);
      if (rival !== undefined) trial = await tables.personas({ run: run!, inputs: { ...inputs, ...rival.parent } });
    } catch (error) {
      const { code, message } = failureOf(error);
      if (rival === undefined || !NO_NEW_MODEL.has(code)) throw error;
      await applyRival();
      const clustered = results.pop()!;
      results.push({ ...clustered, warnings: [...clustered.warnings, `The current model scores on: no new one passes: ${message}`] });
      return true;
    }
    if (rival === undefined || trial === null) return false;
    const verdict = await tables.challenge({ run: run!, inputs: { ...inputs, ...trial.outputs, ...rival.parent, ...rival.artifacts } });
    const lost = verdict.facts.winner === 'champion';
    const keepVerdict = () => {
      results.push(joinParts(results.pop()!, [verdict]));
      Object.assign(inputs, verdict.outputs);
    };
    const askApprover = lost && verdict.facts.approvable === true && opened.gate === true && run!.kind !== 'backfill';
    if (askApprover) {
      contest.applyRival = async () => {
        await applyRival();
        keepVerdict();
        return rival.artifacts;
      };
    } else if (lost) await applyRival();
    keepVerdict();
    return lost && !askApprover;
  };

  try {
    const opened = await quick.openRun({ request, workflowId, temporalRunId });
    run = opened.run;
    const { runId, attempt } = run;
    archive = await startArchive({ runId, workflowId, temporalRunId }, attempt);
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
    const release = async () => {
      const context = run!;
      results.splice(AFTER_CLUSTERING);
      const parent = await quick.resolveParent({ run: context, stages: results });
      await step('personas', tables.personas, parent.artifacts);
      await step('report', tables.report);
      stage = 'publish';
      const ready: PublishInput = {
        run: context,
        stages: results,
        parentRelease: parent.parentRelease,
        ...(model && { model }),
        temporal: { workflowId, runId: temporalRunId },
        startedAt: opened.startedAt,
      };
      // A day of a backfill that is not to be current waits for nobody.
      const input = opened.gate && context.turn?.promote !== false ? { ...ready, approval: await passGate(ready) } : ready;
      // Once begun it is finished: a cancelled publication could leave a commit without its files.
      return CancellationScope.nonCancellable(() => publishing.publishRelease(input));
    };
    const summary = await published(release).catch(async (error: unknown) => {
      const { applyRival } = contest;
      // Rejected, or nobody answered: as if the new model had lost outright.
      if (applyRival === null || NOT_RELEASED[failureOf(error).code] === undefined) throw error;
      contest.applyRival = null;
      model = await applyRival();
      return published(release);
    });
    status = 'succeeded';
    results.push(...summary.stages.slice(results.length));
    return summary;
  } catch (error) {
    status = isCancellation(error) ? 'cancelled' : (NOT_RELEASED[failureOf(error).code] ?? 'failed');
    const outcome = { status, stage, stages: results, failure: status === 'cancelled' ? null : failureOf(error) };
    const failed = run;
    if (failed) await lastly(() => quick.recordOutcome({ run: failed, ...outcome }));
    throw error;
  } finally {
    const child = archive;
    if (child) await lastly(() => child.signal(closingSignal));
    await lastly(() => condition(allHandlersFinished));
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
