import { parseCron } from '../config/cron';
import { DEFAULT_CRON } from '../config/schedule';
import { PipelineError } from '../contracts/errors';
import type { RefreshRequest } from '../contracts/run';
import type { NightlyRequest, ScheduleSpecText } from '../contracts/schedule';
import { scheduleIdOf } from '../contracts/workflow-ids';
import type { RunRecord } from '../core/ports';
import { datesOf } from '../core/schedule/days';
import { missingTimes } from '../core/schedule/missing-times';
import { asOfAt } from '../core/schedule/zone';
import { requestWithoutDay } from './request';
import type { Workspace } from './workspace';

const YEAR_MS = 366 * 86_400_000;

export const scheduleOf = ({ resolved: { config } }: Workspace): string => scheduleIdOf(config.project, config.environment);

/**
 * What the schedule of a project starts, by its config of now.
 *
 * @param now Milliseconds: changes of the clocks are looked for from here on, for three years.
 * @throws PipelineError `CONFIG_INVALID` without a section `schedule`, for an unknown zone, and for a time that a day of spring does not have.
 */
export async function nightlyRequestOf(
  workspace: Workspace,
  who: { readonly actor?: string; readonly reason: string },
  now: number,
): Promise<NightlyRequest> {
  const { schedule, timeZone } = workspace.resolved.config;
  if (!schedule) throw new PipelineError('CONFIG_INVALID', 'dramatis.yaml has no section schedule: add one, e.g. schedule: { cron: "0 5 * * *" }');
  const { interval = null, mode, jitter, overlap, catchUp, asOfOffset } = schedule;
  const cron = interval === null ? (schedule.cron ?? DEFAULT_CRON) : null;
  const spec: ScheduleSpecText = { cron, interval, timeZone: schedule.timeZone ?? timeZone, jitter, overlap, catchUp, asOfOffset };
  asOfAt(now, spec.timeZone, spec.asOfOffset);
  if (cron !== null) assertEveryNight(cron, spec.timeZone, now);
  const refresh = await requestWithoutDay(workspace, { ...who, kind: 'nightly', mode });
  return { schedule: { id: scheduleOf(workspace), timeZone: spec.timeZone, asOfOffset }, refresh, spec };
}

function assertEveryNight(cron: string, zone: string, now: number): void {
  const [first] = missingTimes(parseCron(cron), zone, now, now + 3 * YEAR_MS);
  if (!first) return;
  const { day, time, from, to } = first;
  const message = `schedule.cron "${cron}" in ${zone}: on ${day} clocks go from ${from} to ${to}, so there is no ${time} and no run that night; take a time outside of ${from} to ${to}, or schedule.timeZone: UTC`;
  throw new PipelineError('CONFIG_INVALID', message, { cron, zone, day, time });
}

/** How far back nights are looked for that never came to a release. */
const LOOK_BACK = 90;

/**
 * Days between the first and the last nightly release that have no run that ended well: what a backfill would fill in. Only for schedules
 * of every day.
 */
export function daysWithout(runs: readonly RunRecord[], project: string, environment: string, { cron }: ScheduleSpecText): string[] {
  if (cron === null || !/ \* \* \*$/.test(cron)) return [];
  const own = runs.filter(({ status, request }) => {
    const run = request as RefreshRequest;
    return status === 'succeeded' && run.project === project && run.environment === environment && !run.scratch;
  });
  const asOf = ({ request }: RunRecord): string => (request as RefreshRequest).asOf;
  const nightly = own
    .filter(({ request }) => (request as RefreshRequest).kind === 'nightly')
    .map(asOf)
    .sort();
  const [first] = nightly;
  const last = nightly.at(-1);
  if (first === undefined || last === undefined) return [];
  const there = new Set(own.map(asOf));
  return datesOf(first, last, '1d')
    .slice(-LOOK_BACK)
    .filter((day) => !there.has(day));
}
