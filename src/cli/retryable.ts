import { WorkflowNotFoundError } from '@temporalio/client';
import { PipelineError } from '../contracts/errors';
import type { RefreshRequest } from '../contracts/run';
import type { RunRecord } from '../core/ports';
import { openSession } from './session';
import type { Workspace } from './workspace';

/**
 * A run can be retried when it failed, was cancelled, found no approver in time, or is recorded as running while Temporal knows better (terminated, or its
 * database lost).
 *
 * @throws PipelineError `RUN_IN_PROGRESS`, `NOT_RETRYABLE`; `CONFIG_INVALID` where the run is another project's.
 */
export async function assertRetryable({ resolved, store }: Workspace, run: RunRecord): Promise<void> {
  const { project, environment, kind } = run.request as RefreshRequest;
  const { config } = resolved;
  if (project !== config.project || environment !== config.environment) {
    throw new PipelineError('CONFIG_INVALID', `${run.runId} is a run of ${project} (${environment}), not of ${config.project} (${config.environment}): name its project with --project`);
  }
  if (kind === 'backfill') {
    throw new PipelineError('NOT_RETRYABLE', `${run.runId} is a day of a backfill, which is matched to the day before and moves nothing: start that backfill again with --reprocess failed`, { runId: run.runId });
  }
  if (run.status === 'failed' || run.status === 'cancelled' || run.status === 'expired') return;
  const open = run.status === 'running' || run.status === 'held';
  if (open && !(await isOpen(store.home, run))) return;
  const code = open ? 'RUN_IN_PROGRESS' : 'NOT_RETRYABLE';
  throw new PipelineError(code, `${run.runId} is ${run.status}: only a run that failed, was cancelled or found no approver in time can be retried`, { runId: run.runId, status: run.status });
}

async function isOpen(home: string, { workflowId, temporalRunIds }: RunRecord): Promise<boolean> {
  const session = await openSession({ home, worker: false, quiet: true });
  try {
    const { status } = await session.client.workflow.getHandle(workflowId, temporalRunIds.at(-1)).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  } finally {
    await session.close();
  }
}
