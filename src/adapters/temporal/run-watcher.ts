import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { RunWatcher } from '../../core/ports';

/** Looks at workflows through a client. */
export const createRunWatcher = (client: Client): RunWatcher => ({
  async look(workflowId, temporalRunId) {
    const handle = client.workflow.getHandle(workflowId, temporalRunId ?? undefined);
    try {
      const { status, memo = {}, runId, parentExecution } = await handle.describe();
      const ended = status.name === 'COMPLETED';
      return {
        temporalRunId: runId,
        open: status.name === 'RUNNING',
        parentId: parentExecution?.workflowId ?? null,
        memo,
        result: ended ? await client.workflow.getHandle(workflowId, runId).result() : null,
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  },
});
