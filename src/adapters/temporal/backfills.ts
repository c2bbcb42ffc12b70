import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { backfillMemo, type BackfillControl, type BackfillProgress, type BackfillRequest } from '../../contracts/backfill';
import { PipelineError } from '../../contracts/errors';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { MAIN_QUEUE } from '../../contracts/task-queues';
import { backfillWorkflowId } from '../../contracts/workflow-ids';

/** What people call the parts of a memo. */
const NAMES: Readonly<Record<string, string>> = {
  configDigest: 'config',
  knownAt: '--known-at',
  mode: '--model',
  modelRelease: '--model-release',
  every: '--every',
  reprocess: '--reprocess',
  promote: '--promote',
};

/**
 * Start a backfill, or join the one of these days that is open.
 *
 * @throws PipelineError `RUN_IN_PROGRESS` naming what differs when the open one asks for something else.
 */
export async function startBackfill(
  client: Client,
  request: BackfillRequest,
): Promise<{ readonly handle: WorkflowHandle; readonly joined: boolean }> {
  const { project, environment } = request.refresh;
  const workflowId = backfillWorkflowId(project, environment, request.from, request.to);
  try {
    const handle = await client.workflow.start('backfill', {
      workflowId,
      taskQueue: MAIN_QUEUE,
      args: [request],
      memo: { ...backfillMemo(request) },
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.project, value: project },
        { key: SEARCH_ATTRIBUTES.environment, value: environment },
      ],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    // Not of one run: a long backfill goes on in further runs.
    return { handle: client.workflow.getHandle(handle.workflowId), joined: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const handle = client.workflow.getHandle(workflowId);
  const { memo = {} } = await handle.describe();
  const wanted = backfillMemo(request);
  const differs = Object.keys(wanted).filter((name) => memo[name] !== wanted[name]);
  if (differs.length > 0) {
    throw new PipelineError(
      'RUN_IN_PROGRESS',
      `a backfill of ${request.from} to ${request.to} is open with another ${differs.map((name) => NAMES[name] ?? name).join(', ')}; wait for it, or "dramatis backfill cancel"`,
      { workflowId, differs },
    );
  }
  return { handle, joined: true };
}

export interface WhichBackfill {
  readonly project: string;
  readonly environment: string;
  /** First and last day; where they are not given, the open one, else the newest. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** @throws PipelineError `BACKFILL_NOT_FOUND`; `CONFIG_INVALID` where several are open and none is named. */
export async function findBackfill(client: Client, { project, environment, from, to }: WhichBackfill): Promise<WorkflowHandle> {
  if (from !== undefined && to !== undefined) {
    const handle = client.workflow.getHandle(backfillWorkflowId(project, environment, from, to));
    try {
      await handle.describe();
      return handle;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new PipelineError('BACKFILL_NOT_FOUND', `there is no backfill of ${from} to ${to} of ${project} (${environment})`, {
        project,
        environment,
        from,
        to,
      });
    }
  }
  const { project: byProject, environment: byEnvironment } = SEARCH_ATTRIBUTES;
  const query = `WorkflowType = 'backfill' AND ${byProject.name} = '${project}' AND ${byEnvironment.name} = '${environment}'`;
  const found = [];
  for await (const { workflowId, status, startTime } of client.workflow.list({ query }))
    found.push({ workflowId, open: status.name === 'RUNNING', started: startTime.getTime() });
  const open = [...new Set(found.filter((one) => one.open).map(({ workflowId }) => workflowId))];
  if (open.length > 1)
    throw new PipelineError('CONFIG_INVALID', `several backfills are open: name one by --from and --to; ${open.join(', ')}`, { open });
  const newest = open[0] ?? found.sort((a, b) => b.started - a.started)[0]?.workflowId;
  if (newest === undefined)
    throw new PipelineError('BACKFILL_NOT_FOUND', `there is no backfill of ${project} (${environment})`, { project, environment });
  return client.workflow.getHandle(newest);
}

export const progressOf = (handle: WorkflowHandle): Promise<BackfillProgress> => handle.query<BackfillProgress>('backfill');

/** A signal: it is kept until a worker takes it. */
export const controlBackfill = (handle: WorkflowHandle, control: BackfillControl): Promise<void> => handle.signal('control', control);
