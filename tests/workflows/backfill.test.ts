import type { Activities } from '../../src/contracts/activities';
import type { BackfillControl, BackfillDay, BackfillProgress, BackfillRequest } from '../../src/contracts/backfill';
import { PipelineError } from '../../src/contracts/errors';
import type { RefreshRequest, Turn } from '../../src/contracts/run';
import { MAIN_QUEUE } from '../../src/contracts/task-queues';
import { memoOf, refreshWorkflowId } from '../../src/contracts/workflow-ids';
import { createLookAtRun } from '../../src/activities/nights';
import { createRunWatcher } from '../../src/adapters/temporal/run-watcher';
import { datesOf, isoDay, dayNumber } from '../../src/core/schedule/days';
import { freshHome } from '../support/home';
import { sharedService } from '../support/workflow-service';
import { startDevServer, until, withDevWorker } from './dev-server';
import { fakeActivities, request, stageResult } from './support';

const { asOf: _, reprocess: __, retryOf: ___, ...refresh } = request;
let counter = 0;

/** A backfill of as many days from 1 June on; each with a project of its own, for run ids are theirs. */
const backfillOf = (days: number, more: Partial<BackfillRequest> = {}): BackfillRequest => ({
  from: '2026-06-01',
  to: isoDay(dayNumber('2026-06-01') + days - 1),
  every: '1d',
  reprocess: 'none',
  lanes: 3,
  promote: false,
  refresh: { ...refresh, kind: 'backfill', project: `shop${++counter}` },
  ...more,
});

const allDays = ({ from, to, every }: BackfillRequest): BackfillDay[] =>
  datesOf(from, to, every).map((asOf) => ({ asOf, action: 'run', because: 'no run yet', release: null, reprocess: 0, retryOf: null }));

interface Seen {
  readonly published: { readonly asOf: string; readonly turn: Turn | undefined; readonly parent: number | null }[];
  readonly notes: string[];
  most: number;
}

// On a dev server: the time-skipping one never starts a child that has search attributes.
describe('backfill', () => {
  const home = freshHome();
  const dev = sharedService(() => startDevServer(home), (server) => server.stop());

  /** Activities that publish release 1, 2, 3 … in the order they are asked to. */
  function activitiesOf(backfill: BackfillRequest, seen: Seen, overrides: Partial<Activities> = {}): Activities {
    let open = 0;
    const fake = fakeActivities([]);
    return {
      ...fake,
      openBackfill: () => Promise.resolve({ days: allDays(backfill), firstParent: 40 }),
      noteBackfill: ({ what }) => Promise.resolve(void seen.notes.push(what)),
      openRun: async ({ request: asked }) => {
        seen.most = Math.max(seen.most, ++open);
        return {
          run: { ...asked, runId: `${asked.project}-test-${asked.asOf}-1`, attempt: 1 },
          algorithms: ['kmeans'],
          holdout: false,
          startedAt: '2026-07-01T00:00:00.000Z',
        };
      },
      resolveParent: ({ run }) => Promise.resolve({ parentRelease: run.turn?.parentRelease ?? null, artifacts: {} }),
      publishRelease: async (input) => {
        const { run, parentRelease } = input;
        open--;
        seen.published.push({ asOf: run.asOf, turn: run.turn, parent: parentRelease });
        const summary = await fake.publishRelease(input);
        return { ...summary, runId: run.runId, release: 100 + seen.published.length, outcome: 'committed', stages: [] };
      },
      recordOutcome: () => {
        open--;
        return Promise.resolve();
      },
      ...overrides,
    };
  }

  async function run(
    backfill: BackfillRequest,
    overrides: (seen: Seen) => Partial<Activities> = () => ({}),
    during: (handle: Awaited<ReturnType<typeof start>>, seen: Seen) => Promise<void> = () => Promise.resolve(),
  ) {
    const seen: Seen = { published: [], notes: [], most: 0 };
    const result = await withDevWorker(dev.current, activitiesOf(backfill, seen, overrides(seen)), async () => {
      const handle = await start(backfill);
      await during(handle, seen);
      return (await handle.result()) as BackfillProgress;
    });
    return { result, seen };
  }
  const start = (backfill: BackfillRequest) =>
    dev.current.client.workflow.start('backfill', { workflowId: `backfill/${backfill.refresh.project}`, taskQueue: MAIN_QUEUE, args: [backfill] });
  const control = (action: BackfillControl['action']): [BackfillControl] => [{ action, actor: 'ana', reason: 'test' }];
  it('publishes in the order of the days, each matched to the release of the day before, no more lanes open than asked for', async () => {
    const wait: Record<string, number> = { '2026-06-01': 400, '2026-06-02': 10, '2026-06-03': 200 };
    const { result, seen } = await run(backfillOf(7), () => ({
      clustering: async ({ run: { asOf } }) => {
        await new Promise((later) => setTimeout(later, wait[asOf] ?? 20));
        return stageResult('clustering');
      },
    }));
    expect(seen.published.map(({ asOf, parent }) => [asOf, parent])).toEqual([
      ['2026-06-01', 40],
      ...[2, 3, 4, 5, 6, 7].map((day) => [`2026-06-0${day}`, 100 + day - 1]),
    ]);
    expect(seen.published.every(({ turn }) => turn?.promote === false)).toBe(true);
    expect(seen.most).toBe(3);
    expect(result).toMatchObject({ status: 'done', days: 7, open: [] });
    expect(result.done.map(({ outcome, release }) => [outcome, release])).toEqual([1, 2, 3, 4, 5, 6, 7].map((day) => ['committed', 100 + day]));
    expect(seen.notes).toEqual(['finished']);
  }, 60_000);

  it('takes up a run of its own that the server started for a task it then lost, instead of both waiting for the other', async () => {
    const backfill = backfillOf(3);
    const { client } = dev.current;
    const look = createLookAtRun({ watcher: createRunWatcher(client) });
    const lost: RefreshRequest = { ...backfill.refresh, asOf: '2026-06-02', reprocess: 0, retryOf: null, awaitsTurn: true, reason: 'test (backfill 2026-06-01..2026-06-03)' };
    const workflowId = refreshWorkflowId(lost.project, lost.environment, lost.asOf);
    const { result, seen } = await run(backfill, () => ({
      openBackfill: async () => {
        await client.workflow.start('refreshPersonas', { workflowId, taskQueue: MAIN_QUEUE, args: [lost], memo: { ...memoOf(lost) } });
        return { days: allDays(backfill), firstParent: 40 };
      },
      lookAtRun: async (input) => {
        const other = await look(input);
        return other && { ...other, parentId: `backfill/${lost.project}` };
      },
    }));
    expect(result).toMatchObject({ status: 'done' });
    expect(result.done.map(({ asOf, outcome, release }) => [asOf, outcome, release])).toEqual([1, 2, 3].map((day) => [`2026-06-0${day}`, 'committed', 100 + day]));
    expect(seen.published.map(({ parent }) => parent)).toEqual([40, 101, 102]);
  }, 60_000);

  it('may make only the last day current, and only if every day came through', async () => {
    const whole = await run(backfillOf(3, { promote: true }));
    expect(whole.seen.published.map(({ turn }) => turn?.promote)).toEqual([false, false, true]);
    const broken = await run(backfillOf(3, { promote: true }), () => ({
      clean: ({ run: { asOf } }) =>
        asOf === '2026-06-02' ? Promise.reject(new PipelineError('ROWS_LOST', 'one row is lost')) : Promise.resolve(stageResult('clean')),
    }));
    expect(broken.seen.published.map(({ asOf, parent, turn }) => [asOf, parent, turn?.promote])).toEqual([
      ['2026-06-01', 40, false],
      ['2026-06-03', 101, false],
    ]);
    expect(broken.result.status).toBe('incomplete');
    expect(broken.result.done[1]).toMatchObject({ asOf: '2026-06-02', outcome: 'failed', code: 'ROWS_LOST', release: null });
  }, 60_000);

  it('leaves alone the days that are done, whose release is the parent of the next', async () => {
    const backfill = backfillOf(4);
    const { result, seen } = await run(backfill, () => ({
      openBackfill: () =>
        Promise.resolve({
          firstParent: null,
          days: allDays(backfill).map((day, i): BackfillDay => (i === 1 || i === 2 ? { ...day, action: 'skip', release: i === 1 ? 7 : null } : day)),
        }),
    }));
    expect(seen.published.map(({ asOf, parent }) => [asOf, parent])).toEqual([
      ['2026-06-01', null],
      ['2026-06-04', 7],
    ]);
    expect(result.done.map(({ outcome }) => outcome)).toEqual(['committed', 'skipped', 'skipped', 'committed']);
    expect(result.status).toBe('done');
  }, 60_000);

  it('stops when three days in a row failed, and says which code', async () => {
    const { result, seen } = await run(backfillOf(30), () => ({
      extract: () => Promise.reject(new PipelineError('SOURCE_NOT_FOUND', 'there is no file')),
    }));
    expect(seen.published).toEqual([]);
    expect(result).toMatchObject({ status: 'incomplete', days: 30, because: expect.stringContaining('SOURCE_NOT_FOUND') });
    expect(result.done.length).toBeLessThan(10);
  }, 60_000);

  it('pauses before the next turn, tells so, resumes, and writes down who did it', async () => {
    const { result, seen } = await run(
      backfillOf(5, { lanes: 2 }),
      () => ({}),
      async (handle, noted) => {
        await handle.signal('control', ...control('pause'));
        await until('the note of it', () => noted.notes.includes('paused'));
        const before = noted.published.length;
        await new Promise((later) => setTimeout(later, 500));
        expect(noted.published.length).toBeLessThanOrEqual(before + 1);
        expect((await handle.query<BackfillProgress>('backfill')).status).toBe('paused');
        await handle.signal('control', ...control('resume'));
      },
    );
    expect(seen.notes).toEqual(['paused', 'resumed', 'finished']);
    expect(seen.published).toHaveLength(5);
    expect(result.status).toBe('done');
  }, 60_000);

  it('cancels what is open and ends, with what was done', async () => {
    const { result, seen } = await run(
      backfillOf(5, { lanes: 2 }),
      () => ({
        personas: async ({ run: { asOf } }) => {
          if (asOf === '2026-06-02') await new Promise((later) => setTimeout(later, 700));
          return stageResult('personas');
        },
      }),
      async (handle, noted) => {
        await until('the first day', () => noted.published.length === 1);
        await handle.signal('control', ...control('cancel'));
      },
    );
    expect(result).toMatchObject({ status: 'cancelled', because: 'cancelled by ana: test' });
    expect(result.done[0]).toMatchObject({ outcome: 'committed' });
    expect(result.done.slice(1).every(({ outcome }) => outcome === 'cancelled' || outcome === 'committed')).toBe(true);
    expect(result.done.length).toBeLessThan(5);
    expect(seen.notes).toEqual(['cancelled', 'finished']);
  }, 60_000);

  it('goes on in further runs of the workflow when the range is long', async () => {
    const { result, seen } = await run(backfillOf(55, { lanes: 5 }));
    expect(result.days).toBe(55);
    expect(result.done.map(({ asOf }) => asOf)).toEqual(datesOf('2026-06-01', '2026-07-25', '1d'));
    expect(seen.published.map(({ parent }) => parent)).toEqual([40, ...Array.from({ length: 54 }, (__, i) => 101 + i)]);
  }, 180_000);
});
