import type { OpenedRun, OpenRunInput, OutcomeInput } from '../contracts/activities';
import { modeAsked } from '../contracts/workflow-ids';
import type { Action } from '../contracts/actors';
import type { RunKind } from '../contracts/run';
import type { ResolvedProject } from '../config/project';
import { permit } from '../core/actors';
import { gateOf } from '../core/gate';
import type { ArtifactStore, Ledger, Lineage, RunStore } from '../core/ports';

export interface RunDeps {
  readonly runs: RunStore;
  readonly ledger: Ledger;
  readonly lineage: Lineage;
  readonly artifacts: Pick<ArtifactStore, 'readJson'>;
  readonly engine: Readonly<Record<string, string>>;
  now(): number;
}

/** What a start is a case of: a schedule goes on only as long as who applied it may have one. */
const ACTION_OF: Readonly<Record<RunKind, Action>> = { nightly: 'schedule', adhoc: 'start', backfill: 'backfill', replay: 'start' };

/**
 * Take the run's id (the same one again when retried) and open its record. Whoever starts a run comes through here, whichever client it
 * uses: so here is where its role is looked at.
 */
export const createOpenRun = ({ runs, ledger, artifacts, engine, now }: RunDeps) =>
  async function openRun({ request, workflowId, temporalRunId }: OpenRunInput): Promise<OpenedRun> {
    const { project, environment, asOf, scratch, retryOf, actor, reason } = request;
    const at = new Date(now()).toISOString();
    await permit(ledger, { action: ACTION_OF[request.kind], actor, reason, subject: retryOf ?? workflowId, at, occasion: temporalRunId });
    const { runId, attempt, startedAt } = await runs.open({
      project,
      environment,
      asOf,
      scratch,
      workflowId,
      temporalRunId,
      request,
      retryOf,
    });
    await ledger.append({
      type: 'run.started',
      actor: request.actor,
      reason: request.reason,
      at: startedAt,
      subject: runId,
      body: { attempt, kind: request.kind, asOf, mode: modeAsked(request), configDigest: request.configDigest, workflowId, temporalRunId },
    });
    const { config } = await artifacts.readJson<ResolvedProject>(request.resolved);
    const { algorithms, holdout } = config.modeling;
    const gate = gateOf(config).enabled && !scratch;
    return { run: { ...request, runId, attempt, kernels: engine.kernels }, algorithms, holdout: holdout.enabled, ...(gate && { gate }), startedAt };
  };

/** Write down how a run ended when it did not publish; nothing of it can be half written: stages leave whole artifacts or none. */
export const createRecordOutcome = ({ runs, ledger, lineage, now }: RunDeps) =>
  async function recordOutcome({ run, status, stage, stages, failure }: OutcomeInput): Promise<void> {
    const finishedAt = new Date(now()).toISOString();
    const record = await runs.update(run.runId, { status, finishedAt, stages, failure: failure && { ...failure, stage } });
    await ledger.append({
      type: `run.${status}`,
      actor: run.actor,
      reason: run.reason,
      at: finishedAt,
      subject: run.runId,
      body: { attempt: run.attempt, stage, code: failure?.code ?? null },
    });
    const attempt = record.attemptStarts?.find(({ temporalRunId }) => temporalRunId === record.temporalRunIds[run.attempt - 1]);
    await lineage.ended({ run, status: status === 'failed' ? status : 'cancelled', startedAt: attempt?.startedAt ?? record.startedAt, at: finishedAt, code: failure?.code ?? null });
  };
