import type { Activities } from '../../src/contracts/activities';
import type { RefreshRequest } from '../../src/contracts/run';
import type { NightlyRequest } from '../../src/contracts/schedule';
import { MAIN_QUEUE } from '../../src/contracts/task-queues';
import { memoOf, refreshWorkflowId } from '../../src/contracts/workflow-ids';
import { createLookAtRun } from '../../src/activities/nights';
import { createRunWatcher } from '../../src/adapters/temporal/run-watcher';
import {
  applySchedule,
  describeSchedule,
  listSchedules,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  triggerSchedule,
} from '../../src/adapters/temporal/schedules';
import { isAlive } from '../../src/adapters/processes';
import { freshHome } from '../support/home';
import { sharedService } from '../support/workflow-service';
import { startDevServer, until, withDevWorker } from './dev-server';
import { fakeActivities, request } from './support';

const { asOf: _, ...refresh } = request;
const nightlyOf = (id: string, spec: Partial<NightlyRequest['spec']> = {}, more: Partial<RefreshRequest> = {}): NightlyRequest => {
  const whole = {
    cron: '0 5 * * *',
    interval: null,
    timeZone: 'Europe/Helsinki',
    jitter: '0s',
    overlap: 'bufferAll',
    catchUp: '7d',
    asOfOffset: 1,
    ...spec,
  };
  return { schedule: { id, timeZone: whole.timeZone, asOfOffset: whole.asOfOffset }, refresh: { ...refresh, kind: 'nightly', ...more }, spec: whole };
};

describe('nights', () => {
  const home = freshHome();
  const dev = sharedService(() => startDevServer(home), (server) => server.stop());

  /** Activities that remember which day each run opened with, in order. */
  function remembering(days: string[], overrides: Partial<Activities> = {}): Activities {
    const fake = fakeActivities([], { lookAtRun: createLookAtRun({ watcher: createRunWatcher(dev.current.client) }), ...overrides });
    return {
      ...fake,
      openRun: async (input) => {
        days.push(input.request.asOf);
        const opened = await fake.openRun(input);
        // The archive of a run is named after it.
        return { ...opened, run: { ...opened.run, ...input.request, runId: `${input.request.project}-${input.request.asOf}-${days.length}` } };
      },
    };
  }

  it('are shown with what comes next, keep their pause over a change, and say when there are none', async () => {
    const { client } = dev.current;
    const id = 'nightly/shop/shown';
    expect(await applySchedule(client, nightlyOf(id))).toBe('created');
    await pauseSchedule(client, id, 'warehouse moves');
    expect(await applySchedule(client, nightlyOf(id, { cron: '15 4 * * 1-5', jitter: '10m' }))).toBe('changed');
    const view = await describeSchedule(client, id);
    expect(view).toMatchObject({
      paused: true,
      note: 'warehouse moves',
      spec: { cron: '15 4 * * 1-5', jitter: '10m' },
      taken: 0,
      missedCatchUp: 0,
      skippedOverlap: 0,
    });
    await resumeSchedule(client, id, 'moved');
    const { next, paused } = await describeSchedule(client, id);
    expect(paused).toBe(false);
    expect(next).toHaveLength(3);
    // 04:15 in Helsinki is 01:15 or 02:15 UTC, and the ten minutes of jitter after it.
    for (const time of next) expect(time).toMatch(/T0[12]:(1[5-9]|2[0-5]):/);
    await until('the list knows it', async () => (await listSchedules(client)).some((schedule) => schedule.id === id));
    await removeSchedule(client, id);
    await expect(describeSchedule(client, id)).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
  });

  it('look from the last complete day before their nominal time, over the change of the clocks, one after the other', async () => {
    const days: string[] = [];
    await withDevWorker(dev.current, remembering(days), async () => {
      const id = 'nightly/shop/spring';
      await applySchedule(dev.current.client, nightlyOf(id, {}, { environment: 'spring' }));
      // Five nights at 05:00 Helsinki; clocks went forward on 29 March.
      await dev.current.client.schedule.getHandle(id).backfill([{ start: new Date('2026-03-27T00:00:00Z'), end: new Date('2026-03-31T12:00:00Z') }]);
      await until('five nights', () => days.length === 5);
      const { recent } = await describeSchedule(dev.current.client, id);
      expect(recent.map(({ nominal }) => nominal)).toEqual(['27T03', '28T03', '29T02', '30T02', '31T02'].map((time) => `2026-03-${time}:00:00.000Z`));
      await removeSchedule(dev.current.client, id);
    });
    expect(days).toEqual(['2026-03-26', '2026-03-27', '2026-03-28', '2026-03-29', '2026-03-30']);
  }, 90_000);

  it('wait for a run of the same day that asks for something else, and then still happen', async () => {
    const days: string[] = [];
    let adhocGoesOn = (): void => undefined;
    const held = new Promise<void>((go) => (adhocGoesOn = go));
    const fake = fakeActivities([]);
    const activities = remembering(days, {
      extract: async (input) => {
        if (input.run.kind === 'adhoc') await held;
        return fake.extract(input);
      },
    });
    await withDevWorker(dev.current, activities, async () => {
      const asOf = '2026-05-04';
      const adhoc: RefreshRequest = { ...request, environment: 'held', asOf, configDigest: 'e'.repeat(64) };
      const open = await dev.current.client.workflow.start('refreshPersonas', {
        workflowId: refreshWorkflowId('shop', 'held', asOf),
        taskQueue: MAIN_QUEUE,
        args: [adhoc],
        memo: { ...memoOf(adhoc) },
      });
      await until('the ad-hoc run has begun', () => days.length === 1);
      const id = 'nightly/shop/held';
      await applySchedule(dev.current.client, nightlyOf(id, {}, { environment: 'held' }));
      await dev.current.client.schedule.getHandle(id).backfill([{ start: new Date('2026-05-05T00:00:00Z'), end: new Date('2026-05-05T12:00:00Z') }]);
      await until('the night has begun', async () => (await describeSchedule(dev.current.client, id)).running === 1);
      // It looks every second at first: time enough to begin if it were not waiting.
      await new Promise((later) => setTimeout(later, 1500));
      expect(days).toEqual([asOf]);
      adhocGoesOn();
      await open.result();
      await until('the night ran too', async () => days.length === 2 && (await describeSchedule(dev.current.client, id)).running === 0);
      await removeSchedule(dev.current.client, id);
    });
    expect(days).toEqual(['2026-05-04', '2026-05-04']);
  }, 60_000);

  it('take the answer of an open run that asks for the same', async () => {
    const days: string[] = [];
    let goOn = (): void => undefined;
    const held = new Promise<void>((go) => (goOn = go));
    const fake = fakeActivities([]);
    await withDevWorker(dev.current, remembering(days, { extract: async (input) => held.then(() => fake.extract(input)) }), async () => {
      const asOf = '2026-05-04';
      const adhoc: RefreshRequest = { ...request, environment: 'same', asOf };
      await dev.current.client.workflow.start('refreshPersonas', {
        workflowId: refreshWorkflowId('shop', 'same', asOf),
        taskQueue: MAIN_QUEUE,
        args: [adhoc],
        memo: { ...memoOf(adhoc) },
      });
      const id = 'nightly/shop/same';
      await applySchedule(dev.current.client, nightlyOf(id, {}, { environment: 'same' }));
      await dev.current.client.schedule.getHandle(id).backfill([{ start: new Date('2026-05-05T00:00:00Z'), end: new Date('2026-05-05T12:00:00Z') }]);
      await until('the night has begun', async () => (await describeSchedule(dev.current.client, id)).running === 1);
      goOn();
      await until('the night has ended', async () => (await describeSchedule(dev.current.client, id)).running === 0);
      const [{ workflowId }] = (await describeSchedule(dev.current.client, id)).recent;
      expect(await dev.current.client.workflow.getHandle(workflowId).result()).toMatchObject({ release: 1, outcome: 'published' });
      await removeSchedule(dev.current.client, id);
    });
    expect(days).toEqual(['2026-05-04']);
  }, 60_000);

  it('are caught up once each after the server was killed, and what overlap leaves out is counted', async () => {
    const id = 'nightly/shop/caught';
    const skipped = 'nightly/shop/skipped';
    const days: string[] = [];
    await applySchedule(dev.current.client, nightlyOf(id, { cron: null, interval: '3s' }, { environment: 'caught' }));
    await applySchedule(dev.current.client, nightlyOf(skipped, { cron: null, interval: '2s', overlap: 'skip' }, { environment: 'skipped' }));
    await until(
      'the first is due',
      async () => (await describeSchedule(dev.current.client, id)).taken + (await describeSchedule(dev.current.client, id)).running >= 1,
    );
    const { pid } = dev.current.server;
    process.kill(pid, 'SIGKILL');
    await until('the server is gone', () => !isAlive({ pid, ticks: null }));
    await new Promise((later) => setTimeout(later, 8_000));
    await dev.current.stop().catch(() => undefined);
    dev.current = await startDevServer(home);
    // Without a worker nights only queue up: the second of the skipping schedule overlaps with the first.
    await until('nights were skipped', async () => (await describeSchedule(dev.current.client, skipped)).skippedOverlap >= 2);
    await removeSchedule(dev.current.client, skipped);
    await withDevWorker(dev.current, remembering(days), async () => {
      await until('enough nights', async () => (await describeSchedule(dev.current.client, id)).taken >= 6);
      await pauseSchedule(dev.current.client, id, 'enough');
      await until('all have ended', async () => (await describeSchedule(dev.current.client, id)).running === 0);
    });
    const view = await describeSchedule(dev.current.client, id);
    expect(view.missedCatchUp).toBe(0);
    const times = view.recent.map(({ nominal }) => Date.parse(nominal));
    expect(times.length).toBeGreaterThanOrEqual(6);
    // Every third second once, those of the outage too.
    expect(times.every((time, i) => i === 0 || time - times[i - 1]! === 3000)).toBe(true);
    await triggerSchedule(dev.current.client, id);
    await removeSchedule(dev.current.client, id);
  }, 120_000);
});
