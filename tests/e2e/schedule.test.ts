import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asOfAt } from '../../src/core/schedule/zone';
import { dramatis, edit, makeShop, removeFolders, startDramatis, succeed, until } from './support';

interface ScheduleJson {
  readonly id: string;
  readonly paused: boolean;
  readonly next: readonly string[];
  readonly taken: number;
  readonly running: number;
  readonly missedCatchUp: number;
  readonly skippedOverlap: number;
  readonly configIsOfNow: boolean;
  readonly recent: readonly { readonly nominal: string }[];
}

describe('dramatis schedule', () => {
  let project: string;
  beforeAll(async () => {
    project = await makeShop(600);
    edit(join(project, 'dramatis.yaml'), (text) => text.replace('algorithms: [kmeans, hierarchical]', 'algorithms: [kmeans]'));
  }, 120_000);
  afterAll(removeFolders);

  const schedule = (section: string): void =>
    edit(join(project, 'dramatis.yaml'), (text) => `${text.replace(/^schedule: .*\n/m, '').trimEnd()}\nschedule: ${section}\n`);
  const run = async (...args: string[]): Promise<ScheduleJson> =>
    (await succeed(['schedule', ...args, '-p', project, '--reason', 'as agreed', '--actor', 'ana', '--json'])).json<ScheduleJson>();
  const ledger = (): { type: string; actor: string; reason: string; subject: string }[] =>
    readdirSync(join(project, '.dramatis', 'ledger'))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => readFileSync(join(project, '.dramatis', 'ledger', file), 'utf8'))
      .flatMap((text) =>
        [...text.matchAll(/"type":"(schedule\.[a-z]+)"/g)].map(([, type]) => ({
          type: type!,
          actor: /"actor":"([^"]*)"/.exec(text)?.[1] ?? '',
          reason: /"reason":"([^"]*)"/.exec(text)?.[1] ?? '',
          subject: /"subject":"([^"]*)"/.exec(text)?.[1] ?? '',
        })),
      );

  it('wants a section, a reason, and a time that every night has', async () => {
    const apply = ['schedule', 'apply', '-p', project];
    expect(await dramatis(apply)).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason') });
    expect(await dramatis([...apply, '--reason', 'x'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no section schedule') });
    schedule('{ cron: "30 3 * * *", timeZone: Europe/Helsinki }');
    expect(await dramatis([...apply, '--reason', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/clocks go from 03:00 to 04:00, so there is no 03:30/),
    });
    schedule('{ cron: "0 25 * * *" }');
    expect(await dramatis([...apply, '--reason', 'x'])).toMatchObject({ code: 2, stderr: expect.stringContaining('the hour "25"') });
    expect(await dramatis(['schedule', 'pause', '-p', project, '--reason', 'x'])).toMatchObject({ code: 2 });
    schedule('{ cron: "0 5 * * *", timeZone: Europe/Helsinki, jitter: 10m }');
    expect(await dramatis(['schedule', 'pause', '-p', project, '--reason', 'x'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('SCHEDULE_NOT_FOUND'),
    });
  }, 60_000);

  it('shows the next runs, tells a changed config, and writes down who changed what and why', async () => {
    const applied = await run('apply');
    expect(applied).toMatchObject({ id: 'nightly/shop/demo', paused: false, taken: 0, missedCatchUp: 0, skippedOverlap: 0, configIsOfNow: true });
    expect(applied.next).toHaveLength(3);
    expect((await run('pause')).paused).toBe(true);
    edit(join(project, 'dramatis.yaml'), (text) => text.replace('minCustomers: 10', 'minCustomers: 11'));
    const [listed] = (await succeed(['schedule', 'list', '-p', project, '--json'])).json<ScheduleJson[]>();
    expect(listed).toMatchObject({ id: 'nightly/shop/demo', paused: true, configIsOfNow: false });
    const { stdout } = await succeed(['schedule', 'list', '-p', project]);
    expect(stdout).toContain('dramatis.yaml has changed since');
    // A schedule is no part of what a run is: changing it alone changes no digest.
    schedule('{ cron: "0 6 * * *", timeZone: Europe/Helsinki }');
    expect(await run('apply')).toMatchObject({ paused: true, configIsOfNow: true });
    expect((await run('resume')).paused).toBe(false);
    expect(ledger()).toEqual(
      ['applied', 'paused', 'applied', 'resumed'].map((what) => ({
        type: `schedule.${what}`,
        actor: 'ana',
        reason: 'as agreed',
        subject: 'nightly/shop/demo',
      })),
    );
  }, 120_000);

  it('triggered, it is the refresh of the last complete day; removed, it is gone', async () => {
    const up = startDramatis(['up', '-p', project]);
    try {
      await until('the worker is there', () => up.text().includes('worker ready'), 60_000);
      await run('trigger');
      const runs = async () => (await succeed(['runs', '-p', project, '--json'])).json<{ runId: string; status: string }[]>();
      for (let left = 60; (await runs())[0]?.status !== 'succeeded'; left--) {
        if (left === 0) throw new Error('the night did not end');
        await new Promise((again) => setTimeout(again, 1000));
      }
      const [{ recent }] = (await succeed(['schedule', 'list', '-p', project, '--json'])).json<[ScheduleJson]>();
      const asOf = asOfAt(Date.parse(recent.at(-1)!.nominal), 'Europe/Helsinki', 1);
      expect(await runs()).toMatchObject([{ runId: `shop-demo-${asOf}-1` }]);
      expect(await run('remove')).toEqual({ id: 'nightly/shop/demo', removed: true });
      expect((await succeed(['schedule', 'list', '-p', project, '--json'])).json<unknown[]>()).toEqual([]);
    } finally {
      up.child.kill('SIGTERM');
      await new Promise((ended) => up.child.once('close', ended));
    }
  }, 180_000);
});
