import { ScheduleNotFoundError, ScheduleOverlapPolicy, type Client, type ScheduleDescription } from '@temporalio/client';
import { DEFAULT_CRON, OVERLAPS, seconds } from '../../config/schedule';
import { PipelineError } from '../../contracts/errors';
import type { NightlyRequest, ScheduleSpecText } from '../../contracts/schedule';
import { MAIN_QUEUE } from '../../contracts/task-queues';

/** A run that a schedule started. */
export interface ScheduledRun {
  /** The time it was meant for, without jitter. */
  readonly nominal: string;
  readonly startedAt: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
}

/** A schedule as the server has it. */
export interface ScheduleView {
  readonly id: string;
  readonly spec: ScheduleSpecText;
  /** Digest of the config that its runs use: that of the last `apply`. */
  readonly configDigest: string;
  readonly mode: string;
  readonly paused: boolean;
  readonly note: string | null;
  readonly next: readonly string[];
  /** The newest ten at most, newest last. */
  readonly recent: readonly ScheduledRun[];
  readonly running: number;
  readonly taken: number;
  /** Left out because the server was down for longer than the catch-up window. */
  readonly missedCatchUp: number;
  /** Left out because the night before still ran. */
  readonly skippedOverlap: number;
}

const POLICIES: Readonly<Record<(typeof OVERLAPS)[number], ScheduleOverlapPolicy>> = {
  bufferAll: ScheduleOverlapPolicy.BUFFER_ALL,
  bufferOne: ScheduleOverlapPolicy.BUFFER_ONE,
  skip: ScheduleOverlapPolicy.SKIP,
  cancelOther: ScheduleOverlapPolicy.CANCEL_OTHER,
};

const ms = (text: string): number => seconds(text) * 1000;

function optionsOf(request: NightlyRequest) {
  const { spec, schedule } = request;
  const times =
    spec.interval === null
      ? { cronExpressions: [spec.cron ?? DEFAULT_CRON], timezone: spec.timeZone }
      : { intervals: [{ every: ms(spec.interval) }] };
  return {
    spec: { ...times, ...(seconds(spec.jitter) > 0 && { jitter: ms(spec.jitter) }) },
    policies: { overlap: POLICIES[spec.overlap as (typeof OVERLAPS)[number]], catchupWindow: ms(spec.catchUp), pauseOnFailure: false },
    action: { type: 'startWorkflow' as const, workflowType: 'nightly', taskQueue: MAIN_QUEUE, workflowId: schedule.id, args: [request] },
  };
}

/** Create the schedule, or bring the one that is there to this spec and config; whether it is paused stays as it is. */
export async function applySchedule(client: Client, request: NightlyRequest): Promise<'created' | 'changed'> {
  const { id } = request.schedule;
  const options = optionsOf(request);
  if (!(await isThere(client, id))) {
    await client.schedule.create({ scheduleId: id, ...options });
    return 'created';
  }
  await client.schedule.getHandle(id).update(({ state }) => ({ ...options, state }));
  return 'changed';
}

const isThere = (client: Client, id: string): Promise<boolean> =>
  client.schedule
    .getHandle(id)
    .describe()
    .then(() => true)
    .catch((error: unknown) => {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    });

/** @throws PipelineError `SCHEDULE_NOT_FOUND`. */
async function found<T>(id: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new PipelineError('SCHEDULE_NOT_FOUND', `there is no schedule ${id} in this Temporal: "dramatis schedule apply" makes it`, { id });
  }
}

export const pauseSchedule = (client: Client, id: string, note: string): Promise<void> => found(id, () => client.schedule.getHandle(id).pause(note));
export const resumeSchedule = (client: Client, id: string, note: string): Promise<void> =>
  found(id, () => client.schedule.getHandle(id).unpause(note));
export const removeSchedule = (client: Client, id: string): Promise<void> => found(id, () => client.schedule.getHandle(id).delete());

/** Start a night now; where one still runs, after it. Its nominal time is now. */
export const triggerSchedule = (client: Client, id: string): Promise<void> =>
  found(id, () => client.schedule.getHandle(id).trigger(ScheduleOverlapPolicy.BUFFER_ALL));

/** @throws PipelineError `SCHEDULE_NOT_FOUND`. */
export const describeSchedule = async (client: Client, id: string): Promise<ScheduleView> =>
  viewOf(await found(id, () => client.schedule.getHandle(id).describe()));

/** Every schedule of Dramatis in the namespace, by id. */
export async function listSchedules(client: Client): Promise<ScheduleView[]> {
  const views: ScheduleView[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    // The list is behind: one that was removed a moment ago may still be in it.
    if (scheduleId.startsWith('nightly/') && (await isThere(client, scheduleId))) views.push(await describeSchedule(client, scheduleId));
  }
  return views.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function viewOf({ scheduleId, action, state, info }: ScheduleDescription): ScheduleView {
  const [request] = (action.args ?? []) as [NightlyRequest];
  return {
    id: scheduleId,
    spec: request.spec,
    configDigest: request.refresh.configDigest,
    mode: request.refresh.mode ?? 'refit',
    paused: state.paused,
    note: state.note || null,
    next: info.nextActionTimes.slice(0, 3).map((time) => time.toISOString()),
    recent: info.recentActions.map(({ scheduledAt, takenAt, action: { workflow } }) => ({
      nominal: nominalOf(workflow.workflowId, scheduleId) ?? scheduledAt.toISOString(),
      startedAt: takenAt.toISOString(),
      workflowId: workflow.workflowId,
      temporalRunId: workflow.firstExecutionRunId,
    })),
    running: info.runningActions.length,
    taken: info.numActionsTaken,
    missedCatchUp: info.numActionsMissedCatchupWindow,
    skippedOverlap: info.numActionsSkippedOverlap,
  };
}

/** The server appends the nominal time to the workflow id; `scheduledAt` has the jitter in it. */
function nominalOf(workflowId: string, scheduleId: string): string | null {
  const time = Date.parse(workflowId.slice(scheduleId.length + 1));
  return workflowId.startsWith(scheduleId) && !Number.isNaN(time) ? new Date(time).toISOString() : null;
}
