import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineUpdate,
  isCancellation,
  log,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  startChild,
  type ChildWorkflowHandle,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, OpenedRun, OutcomeInput, PublishInput } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import { isSignedDecision, type Approval, type SignedDecision } from '../contracts/gate';
import type { RefreshRequest, RefreshSummary, RunContext, RunProgress, RunStatus, StageResult } from '../contracts/run';
import { joinParts } from '../contracts/stage-parts';
import { STAGES, type Stage } from '../contracts/stages';
import { COMPUTE_QUEUE, MAIN_QUEUE } from '../contracts/task-queues';
import { archiveWorkflowId } from '../contracts/workflow-ids';
import { archiveRun, closingSignal } from './archive-run';

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

/** Sent by an approver; the answer is what counted. Anything that does not count fails the update, and stands in the ledger. */
export const approveUpdate = defineUpdate<Approval, [SignedDecision]>('approve');
export const rejectUpdate = defineUpdate<Approval, [SignedDecision]>('reject');

export const progressQuery = defineQuery<RunProgress>('progress');

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
  let archive: ChildWorkflowHandle<typeof archiveRun> | null = null;
  let stage: Stage | null = null;
  let status: RunStatus = 'running';
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
      const answer = await quick.checkDecision({ run, heldDigest: held, asked: signed.statement.decision, signed });
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
    await condition(() => decided !== null, timeoutHours * HOUR_MS);
    // A decision that came in time and is still looked at counts.
    await deciding;
    held = null;
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
    await step('prepare', tables.prepare);
    await select(opened.algorithms);
    await cluster(opened.holdout);
    const summary = await published(async () => {
      results.splice(AFTER_CLUSTERING);
      const parent = await quick.resolveParent({ run: opened.run, stages: results });
      await step('personas', tables.personas, parent.artifacts);
      await step('report', tables.report);
      stage = 'publish';
      const ready: PublishInput = {
        run: opened.run,
        stages: results,
        parentRelease: parent.parentRelease,
        temporal: { workflowId, runId: temporalRunId },
        startedAt: opened.startedAt,
      };
      const input = opened.gate ? { ...ready, approval: await passGate(ready) } : ready;
      // Once begun it is finished: a cancelled publication could leave a commit without its files.
      return CancellationScope.nonCancellable(() => publishing.publishRelease(input));
    });
    status = 'succeeded';
    results.push(...summary.stages.slice(results.length));
    return summary;
  } catch (error) {
    status = isCancellation(error) ? 'cancelled' : (NOT_RELEASED[describe(error).code] ?? 'failed');
    const outcome = { status, stage, stages: results, failure: status === 'cancelled' ? null : describe(error) };
    const failed = run;
    if (failed) await lastly(() => quick.recordOutcome({ run: failed, ...outcome }));
    throw error;
  } finally {
    const child = archive;
    if (child) await lastly(() => child.signal(closingSignal));
    await lastly(() => condition(allHandlersFinished));
  }
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

/** Form only: what does not count must reach the activity, which writes it down. */
function assertForm(signed: unknown, asked: 'approve' | 'reject'): void {
  if (isSignedDecision(signed) && signed.statement.decision === asked) return;
  throw ApplicationFailure.nonRetryable(`this is no signed decision to ${asked}`, 'SIGNATURE_INVALID');
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
  return { stage: name, status: status === 'running' || status === 'held' ? 'running' : status === 'succeeded' ? 'done' : 'failed', result };
}

/** Match and publish; again when another release became current after the matching. */
async function published(attempt: () => Promise<RefreshSummary>): Promise<RefreshSummary> {
  for (let left = MATCHINGS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || describe(error).code !== 'RELEASE_MOVED') throw error;
    }
  }
}

function describe(error: unknown): NonNullable<OutcomeInput['failure']> {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const details = (cause.details?.[0] ?? {}) as Record<string, unknown>;
    return { code: cause.type ?? 'ENGINE_FAILED', message: cause.message, details };
  }
  return { code: 'ENGINE_FAILED', message: cause instanceof Error ? cause.message : 'unknown failure', details: {} };
}
