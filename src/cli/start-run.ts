import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { PipelineError } from '../contracts/errors';
import type { RefreshRequest } from '../contracts/run';
import { searchAttributesOf } from '../contracts/search-attributes';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { refreshWorkflowId, scratchWorkflowId, type RefreshMemo } from '../contracts/workflow-ids';

export interface StartedRun {
  readonly handle: WorkflowHandle;
  /** An open run of the same day that asks for the same: awaited, not started. */
  readonly joined: boolean;
}

const memoOf = ({ configDigest, knownAt, reprocess }: RefreshRequest): RefreshMemo => ({ configDigest, knownAt: knownAt ?? '', mode: 'refit', reprocess });

/**
 * Start the refresh of one day, or join the one that is open.
 *
 * @throws PipelineError `RUN_IN_PROGRESS` naming what differs when the open run asks for something else.
 */
export async function startRun(client: Client, request: RefreshRequest): Promise<StartedRun> {
  const { project, environment, asOf, scratch } = request;
  const workflowId = scratch ? scratchWorkflowId(project, environment, asOf, randomUUID().slice(0, 8)) : refreshWorkflowId(project, environment, asOf);
  try {
    const handle = await client.workflow.start('refreshPersonas', {
      workflowId,
      taskQueue: MAIN_QUEUE,
      args: [request],
      memo: { ...memoOf(request) },
      typedSearchAttributes: searchAttributesOf(request),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    return { handle, joined: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return join(client, workflowId, request);
  }
}

async function join(client: Client, workflowId: string, request: RefreshRequest): Promise<StartedRun> {
  const handle = client.workflow.getHandle(workflowId);
  const { memo } = await handle.describe();
  const wanted: Record<string, unknown> = { ...memoOf(request) };
  const differs = Object.keys(wanted).filter((key) => (memo ?? {})[key] !== wanted[key]);
  if (differs.length > 0) {
    throw new PipelineError('RUN_IN_PROGRESS', `a run of ${request.project} (${request.environment}) as of ${request.asOf} is open with another ${differs.join(', ')}; wait for it, or start with --scratch`, { workflowId, differs });
  }
  return { handle, joined: true };
}
