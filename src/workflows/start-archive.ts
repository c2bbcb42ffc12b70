import { CancellationScope, getExternalWorkflowHandle, ParentClosePolicy, startChild, type ExternalWorkflowHandle } from '@temporalio/workflow';
import type { ArchiveInput } from '../contracts/activities';
import { archiveWorkflowId } from '../contracts/workflow-ids';
import { archiveRun } from './archive-run';
import { isStarted } from './failure';

export type Archive = Pick<ExternalWorkflowHandle, 'workflowId' | 'signal'>;

/**
 * Start the archive of one attempt of a run beside it. Outside of the run's cancellation: a cancelled run is archived like any other.
 *
 * One of that name that is there already is this one: the server started it for a workflow task whose end it then lost, as may be when a
 * worker is killed in that very moment.
 */
export function startArchive(input: ArchiveInput, attempt: number): Promise<Archive> {
  const workflowId = archiveWorkflowId(input.runId, attempt);
  return CancellationScope.nonCancellable(async () => {
    try {
      return await startChild(archiveRun, { args: [input], workflowId, parentClosePolicy: ParentClosePolicy.ABANDON });
    } catch (error) {
      if (isStarted(error)) return getExternalWorkflowHandle(workflowId);
      throw error;
    }
  });
}
