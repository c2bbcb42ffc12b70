import { ParentClosePolicy, proxyActivities, sleep, startChild, type ChildWorkflowHandle } from '@temporalio/workflow';
import type { Activities, OtherRun } from '../contracts/activities';
import type { RefreshRequest, RefreshSummary } from '../contracts/run';
import { searchAttributesOf } from '../contracts/search-attributes';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { memoOf, refreshWorkflowId } from '../contracts/workflow-ids';
import { refreshPersonas } from './refresh-personas';

const { lookAtRun } = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 60;

export type OwnRun = ChildWorkflowHandle<typeof refreshPersonas>;

/**
 * The one refresh of a day. Where another is open it is waited for: if it asks for the same and ends well, its answer is ours; else ours is
 * started when it has closed, so nobody's run of the same day keeps this one from happening.
 *
 * @param own Called with the run if it is ours, to see it to its end.
 */
export async function oneRun(request: RefreshRequest, own: (run: OwnRun) => Promise<RefreshSummary>): Promise<RefreshSummary> {
  for (;;) {
    const run = await started(request);
    if (run) return own(run);
    const summary = await answerOfOther(request);
    if (summary) return summary;
  }
}

/** Null where a run of that day is open. */
async function started(request: RefreshRequest): Promise<OwnRun | null> {
  const { project, environment, asOf } = request;
  try {
    return await startChild(refreshPersonas, {
      args: [request],
      workflowId: refreshWorkflowId(project, environment, asOf),
      memo: { ...memoOf(request) },
      typedSearchAttributes: searchAttributesOf(request),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
  } catch (error) {
    // The class is of another realm, so its name tells.
    if ((error as Error).name === 'WorkflowExecutionAlreadyStartedError') return null;
    throw error;
  }
}

/** Waits in the workflow, not in an activity, until the other run has closed; null where its answer is not ours. */
async function answerOfOther(request: RefreshRequest): Promise<RefreshSummary | null> {
  const { project, environment, asOf } = request;
  const workflowId = refreshWorkflowId(project, environment, asOf);
  let temporalRunId: string | null = null;
  for (let pause = FIRST_PAUSE_SECONDS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_SECONDS)) {
    const other: OtherRun | null = await lookAtRun({ workflowId, temporalRunId, request });
    if (!other) return null;
    if (!other.open) return other.differs.length === 0 ? other.summary : null;
    temporalRunId = other.temporalRunId;
    await sleep(pause * 1000);
  }
}
