import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Store } from '../adapters/store';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { archiveWorkflowId } from '../contracts/workflow-ids';

/** What the namespace keeps: older histories are gone. */
const RETENTION_MS = 30 * 86_400_000;

interface Archived {
  readonly type?: string;
  readonly body?: { readonly temporalRunId?: string };
}

/**
 * Start the archive of every run that ended without one: terminated before it could start it, or its archive was. Within Temporal's
 * retention the history is still there.
 *
 * @param signal Looked at between calls: await this before the client's connection is closed.
 * @returns How many were started.
 */
export async function sweepArchives({ runs, ledger }: Store, client: Client, signal: AbortSignal): Promise<number> {
  const entries = (await ledger.read()) as readonly Archived[];
  const kept = new Set(entries.filter(({ type }) => type === 'run.archived').map(({ body }) => body?.temporalRunId));
  const since = new Date(Date.now() - RETENTION_MS).toISOString();
  const recent = (await runs.list()).filter(({ startedAt }) => startedAt > since);
  let started = 0;
  for (const { runId, workflowId, temporalRunIds } of recent) {
    for (const [i, temporalRunId] of temporalRunIds.entries()) {
      if (signal.aborted) return started;
      if (kept.has(temporalRunId) || !(await isKnown(client, workflowId, temporalRunId))) continue;
      if (await startArchive(client, archiveWorkflowId(runId, i + 1), { runId, workflowId, temporalRunId })) started++;
    }
  }
  return started;
}

const isKnown = (client: Client, workflowId: string, temporalRunId: string): Promise<boolean> =>
  client.workflow
    .getHandle(workflowId, temporalRunId)
    .describe()
    .then(
      () => true,
      () => false,
    );

async function startArchive(client: Client, workflowId: string, input: { readonly runId: string; readonly workflowId: string; readonly temporalRunId: string }): Promise<boolean> {
  try {
    await client.workflow.start('archiveRun', { workflowId, taskQueue: MAIN_QUEUE, args: [input], workflowIdReusePolicy: 'ALLOW_DUPLICATE' });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
