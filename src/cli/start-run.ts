import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { PipelineError } from '../contracts/errors';
import type { RefreshRequest } from '../contracts/run';
import { searchAttributesOf } from '../contracts/search-attributes';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { differences, memoOf, refreshWorkflowId, scratchWorkflowId } from '../contracts/workflow-ids';

export interface StartedRun {
  readonly handle: WorkflowHandle;
  /** An open run of the same day that asks for the same: awaited, not started. */
  readonly joined: boolean;
}

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
  const differs = differences(memo, request);
  if (differs.length > 0) {
    throw new PipelineError('RUN_IN_PROGRESS', `a run of ${request.project} (${request.environment}) as of ${request.asOf} is open with another ${differs.map((name) => NAMES[name] ?? name).join(', ')}; wait for it, or start with --scratch`, { workflowId, differs });
  }
  return { handle, joined: true };
}

/** What people call the parts of a memo. */
const NAMES: Readonly<Record<string, string>> = { configDigest: 'config', knownAt: '--known-at', mode: 'mode', reprocess: '--reprocess number' };
