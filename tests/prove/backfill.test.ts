import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackfillOutcome, BackfillProgress } from '../../src/contracts/backfill';
import { datesOf, dayNumber, isoDay } from '../../src/core/schedule/days';
import { edit, removeFolders, startDramatis, succeed, temporaryFolder, until, type RunJson } from '../e2e/support';
import { itWithShared, shared } from '../support/shared';

/** As-of dates of the one year of data that have at least nine days before them. */
const LAST = '2011-12-09';
const DAYS = Number(process.env.DRAMATIS_PROVE_DAYS ?? 365);
const FROM = isoDay(dayNumber(LAST) - DAYS + 1);
const REFITS = Math.min(Number(process.env.DRAMATIS_PROVE_REFITS ?? 30), DAYS);
const KILLS = 10;

/**
 * The example with k-means alone: what is on trial is the backfill. In its first days a third of the lines has no customer, more than the
 * example allows of the whole year.
 */
async function onlineRetail(): Promise<string> {
  const folder = join(temporaryFolder(), 'online-retail');
  cpSync('examples/online-retail', folder, { recursive: true });
  edit(
    join(folder, 'dramatis.yaml'),
    (text) => `${text.replace(/^modeling:\n( .*\n)*/m, '').replace('maxShare: 0.3\n', 'maxShare: 0.5\n')}\nmodeling: { algorithms: [kmeans] }\n`,
  );
  await succeed(['run', '-p', folder, '--data', shared('data/online_retail'), '--as-of', LAST]);
  return folder;
}

const backfill = (folder: string, from: string, ...more: string[]): string[] => [
  'backfill',
  '-p',
  folder,
  '--data',
  shared('data/online_retail'),
  '--from',
  from,
  '--to',
  LAST,
  '--reason',
  'proof',
  ...more,
];
const pinned = ['--model', 'pinned', '--model-release', '1'];
const digests = ({ done }: BackfillProgress) =>
  done.map(({ asOf, outcome, release, digest, resultDigest }: BackfillOutcome) => ({ asOf, outcome, release, digest, resultDigest }));
const statusOf = async (folder: string, from: string): Promise<BackfillProgress> =>
  (await succeed(['backfill', 'status', '-p', folder, '--data', shared('data/online_retail'), '--from', from, '--to', LAST, '--json'])).json();

/** Run a backfill and end its worker with SIGKILL again and again; the client starts another each time. */
async function interrupted(
  folder: string,
  from: string,
  days: number,
  more: readonly string[],
): Promise<{ readonly progress: BackfillProgress; readonly kills: number }> {
  const { child, text } = startDramatis(backfill(folder, from, ...more));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const file = join(folder, '.dramatis', 'temporal', 'worker.json');
  const committed = (): number => (text().match(/committed release/g) ?? []).length;
  let kills = 0;
  try {
    // Spread over the days, each after a day that ended and before the last has.
    for (const most = Math.min(KILLS, days - 1); kills < most; kills++) {
      const reached = 1 + Math.floor((kills * (days - 1)) / most);
      await until(`day ${reached}`, () => child.exitCode !== null || (committed() >= reached && existsSync(file)), 7_200_000);
      if (child.exitCode !== null) break;
      const { process: worker } = JSON.parse(readFileSync(file, 'utf8')) as { process: { pid: number } };
      process.kill(worker.pid, 'SIGKILL');
    }
    expect(await ended).toBe(0);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  return { progress: await statusOf(folder, from), kills };
}

describe('daily as-ofs of Online Retail', () => {
  let quiet: string;
  let troubled: string;
  beforeAll(async () => {
    quiet = await onlineRetail();
    troubled = join(temporaryFolder(), 'online-retail');
    cpSync(quiet, troubled, { recursive: true });
  }, 900_000);
  afterAll(removeFolders);

  const runs = async (folder: string): Promise<number> =>
    (await succeed(['runs', '-p', folder, '--limit', '10000', '--json'])).json<RunJson[]>().length;

  itWithShared(
    `${DAYS} with a pinned model: one release a day, the same digests when interrupted, nothing new when started again`,
    async () => {
      const calm = (await succeed(backfill(quiet, FROM, ...pinned, '--json'))).json<BackfillProgress>();
      expect(calm.done.map(({ asOf }) => asOf)).toEqual(datesOf(FROM, LAST, '1d'));
      expect(calm).toMatchObject({ status: 'done', days: DAYS });
      const { progress, kills } = await interrupted(troubled, FROM, DAYS, pinned);
      expect(digests(progress)).toEqual(digests(calm));
      expect(new Set(calm.done.map(({ release }) => release)).size).toBe(DAYS);
      const before = await runs(troubled);
      const again = (await succeed(backfill(troubled, FROM, ...pinned, '--json'))).json<BackfillProgress>();
      expect(again.done.every(({ outcome }) => outcome === 'skipped')).toBe(true);
      expect(await runs(troubled)).toBe(before);
      process.stdout.write(
        `pinned: ${calm.done.length}/${DAYS} releases, ${digests(progress).length}/${DAYS} same digests after ${kills} kills, 0 new runs when started again\n`,
      );
    },
    14_400_000,
  );

  itWithShared(
    `${REFITS} with a fit of their own: the same digests when interrupted`,
    async () => {
      const from = isoDay(dayNumber(LAST) - REFITS);
      const calm = (await succeed(backfill(quiet, from, '--json'))).json<BackfillProgress>();
      const { progress, kills } = await interrupted(troubled, from, REFITS, []);
      expect(digests(progress)).toEqual(digests(calm));
      expect(calm.done.filter(({ outcome }) => outcome === 'committed')).toHaveLength(REFITS);
      process.stdout.write(`refit: ${REFITS}/${REFITS} same digests after ${kills} kills\n`);
    },
    14_400_000,
  );
});
