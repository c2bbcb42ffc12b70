import type { OpenedRun, OpenRunInput, OutcomeInput } from '../contracts/activities';
import { modeAsked } from '../contracts/workflow-ids';
import type { ResolvedProject } from '../config/project';
import type { ArtifactStore, Ledger, Lineage, RunStore } from '../core/ports';

export interface RunDeps {
  readonly runs: RunStore;
  readonly ledger: Ledger;
  readonly lineage: Lineage;
  readonly artifacts: Pick<ArtifactStore, 'readJson'>;
  now(): number;
}

/** Take the run's id (the same one again when retried) and open its record. */
export const createOpenRun = ({ runs, ledger, artifacts }: RunDeps) =>
  async function openRun({ request, workflowId, temporalRunId }: OpenRunInput): Promise<OpenedRun> {
    const { project, environment, asOf, scratch, retryOf } = request;
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
    return { run: { ...request, runId, attempt }, algorithms, holdout: holdout.enabled, startedAt };
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
    if (status !== 'failed' && status !== 'cancelled') return;
    const attempt = record.attemptStarts?.find(({ temporalRunId }) => temporalRunId === record.temporalRunIds[run.attempt - 1]);
    await lineage.ended({ run, status, startedAt: attempt?.startedAt ?? record.startedAt, at: finishedAt, code: failure?.code ?? null });
  };
