import {
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  sleep,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { Activities, OtherRun } from '../contracts/activities';
import type { RefreshRequest, RefreshSummary } from '../contracts/run';
import { searchAttributesOf } from '../contracts/search-attributes';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { memoOf, refreshWorkflowId } from '../contracts/workflow-ids';
import { isStarted } from './failure';
import { refreshPersonas } from './refresh-personas';

const { lookAtRun } = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 60;

export type OwnRun = Pick<ChildWorkflowHandle<typeof refreshPersonas>, 'signal' | 'result'>;

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
    const other = await look(request, null);
    if (other?.open && other.parentId === workflowInfo().workflowId) return own(foundAgain(request, other));
    const summary = await answerOf(request, other);
    if (summary) return summary;
  }
}

const idOf = ({ project, environment, asOf }: RefreshRequest): string => refreshWorkflowId(project, environment, asOf);

const look = (request: RefreshRequest, temporalRunId: string | null): Promise<OtherRun | null> =>
  lookAtRun({ workflowId: idOf(request), temporalRunId, request });

/** Null where a run of that day is open. */
async function started(request: RefreshRequest): Promise<OwnRun | null> {
  try {
    return await startChild(refreshPersonas, {
      args: [request],
      workflowId: idOf(request),
      memo: { ...memoOf(request) },
      typedSearchAttributes: searchAttributesOf(request),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
  } catch (error) {
    if (isStarted(error)) return null;
    throw error;
  }
}

/** A child that the server started for a workflow task whose end it then lost: it waits for us, and we would wait for it. */
function foundAgain(request: RefreshRequest, run: OtherRun): OwnRun {
  const { signal, cancel } = getExternalWorkflowHandle(idOf(request), run.temporalRunId);
  return {
    signal,
    async result() {
      try {
        const summary = await answerOf(request, run);
        if (summary) return summary;
      } catch (error) {
        if (isCancellation(error)) await CancellationScope.nonCancellable(cancel);
        throw error;
      }
      throw ApplicationFailure.nonRetryable(`the run of ${request.asOf} ended without a release: dramatis runs says why`, 'ENGINE_FAILED');
    },
  };
}

/** Waits in the workflow, not in an activity, until the other run has closed; null where its answer is not ours. */
async function answerOf(request: RefreshRequest, run: OtherRun | null): Promise<RefreshSummary | null> {
  let other = run;
  for (let pause = FIRST_PAUSE_SECONDS; other; pause = Math.min(pause * 2, LONGEST_PAUSE_SECONDS)) {
    if (!other.open) return other.differs.length === 0 ? other.summary : null;
    await sleep(pause * 1000);
    other = await look(request, other.temporalRunId);
  }
  return null;
}
