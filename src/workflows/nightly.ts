import { ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { RefreshSummary } from '../contracts/run';
import { NOMINAL_TIME, type NightlyRequest } from '../contracts/schedule';
import { MAIN_QUEUE } from '../contracts/task-queues';
import { oneRun } from './one-run';

const { planNight } = proxyActivities<Activities>({
  taskQueue: MAIN_QUEUE,
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
});

/**
 * What a schedule starts: works out the business date from the nominal time, then it is the refresh of that date like any other. A night
 * that runs late, or is caught up, still looks from the day it was meant for.
 */
export async function nightly({ schedule, refresh }: NightlyRequest): Promise<RefreshSummary> {
  const nominal = workflowInfo().typedSearchAttributes.get(NOMINAL_TIME)?.toISOString();
  if (nominal === undefined) {
    throw ApplicationFailure.nonRetryable(
      'a nightly run has no nominal time: it is started by a schedule, or by `dramatis schedule trigger`',
      'CONFIG_INVALID',
    );
  }
  const { asOf } = await planNight({ schedule, nominal });
  const reason = `${refresh.reason} (${schedule.id}, nominal time ${nominal})`;
  return oneRun({ ...refresh, asOf, reason }, (run) => run.result());
}
