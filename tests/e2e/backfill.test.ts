import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackfillOutcome, BackfillProgress } from '../../src/contracts/backfill';
import { datesOf } from '../../src/core/schedule/days';
import { dramatis, edit, makeShop, query, removeFolders, startDramatis, succeed, temporaryFolder, until, type RunJson, type Shown } from './support';

const [FROM, TO] = ['2026-06-25', '2026-06-29'];
const DAYS = datesOf(FROM, TO, '1d');

/** What must not depend on how often it was interrupted. */
const digests = ({ done }: BackfillProgress) =>
  done.map(({ asOf, release, digest, resultDigest }: BackfillOutcome) => ({ asOf, release, digest, resultDigest }));

describe('a backfill with a pinned model', () => {
  let project: string;
  let undisturbed: BackfillProgress;
  let quiet: string;

  /** The project with its store: both go on from the same release. */
  function copyWithStore(): string {
    const folder = join(temporaryFolder(), 'shop');
    cpSync(project, folder, { recursive: true });
    return folder;
  }
  const backfill = (folder: string, ...more: string[]): string[] => [
    'backfill',
    '-p',
    folder,
    '--from',
    FROM,
    '--to',
    TO,
    '--model',
    'pinned',
    '--model-release',
    '1',
    '--reason',
    'history',
    ...more,
  ];
  const commits = (folder: string) => {
    const releases = join(folder, '.dramatis', 'releases', 'shop', 'demo');
    return readdirSync(releases).map(
      (file) =>
        JSON.parse(readFileSync(join(releases, file), 'utf8')) as {
          n: number;
          asOf: string;
          parent: number | null;
          promoted: boolean;
          lookAhead?: boolean;
          runId: string;
        },
    );
  };
  const runs = async (folder: string): Promise<readonly { runId: string }[]> =>
    (await succeed(['runs', '-p', folder, '--limit', '100', '--json'])).json();
  const memberships = (folder: string, sha256: string) =>
    query<{ pid: string; persona_key: string; probability: number }>(
      `SELECT pid, persona_key, margin, probability FROM read_parquet('${join(folder, '.dramatis', 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2))}') ORDER BY pid`,
    );

  beforeAll(async () => {
    project = await makeShop(800);
    edit(join(project, 'dramatis.yaml'), (text) => text.replace('algorithms: [kmeans, hierarchical]', 'algorithms: [kmeans]'));
    await succeed(['run', '-p', project, '--as-of', '2026-06-30']);
    quiet = copyWithStore();
    undisturbed = (await succeed(backfill(quiet, '--json'))).json<BackfillProgress>();
  }, 240_000);
  afterAll(removeFolders);

  it('makes one release a day in the order of the days, none of them current, each saying that its model looks ahead', () => {
    expect(undisturbed).toMatchObject({ status: 'done', days: DAYS.length });
    expect(undisturbed.done.map(({ asOf, outcome }) => [asOf, outcome])).toEqual(DAYS.map((day) => [day, 'committed']));
    const [first, ...rest] = commits(quiet).sort((a, b) => a.n - b.n);
    expect(first).toMatchObject({ n: 1, asOf: '2026-06-30', promoted: true });
    // The first day has no release before it; each other is matched to the day before.
    expect(rest.map(({ n, asOf, parent, promoted, lookAhead }) => ({ n, asOf, parent, promoted, lookAhead }))).toEqual(
      DAYS.map((asOf, i) => ({ n: i + 2, asOf, parent: i === 0 ? null : i + 1, promoted: false, lookAhead: true })),
    );
    expect(JSON.parse(readFileSync(join(quiet, '.dramatis', 'refs', 'shop', 'demo', 'current.json'), 'utf8'))).toMatchObject({ n: 1 });
    expect(readdirSync(join(quiet, 'out'))).not.toContain('2');
  });

  it('keeps the personas of the model, by key and name', async () => {
    const cast = async (release: number) =>
      (await succeed(['personas', '-p', quiet, '--release', String(release), '--json']))
        .json<{ personas: { key: string; name: string }[] }>()
        .personas.map(({ key, name }) => ({ key, name }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(await cast(2)).toEqual(await cast(1));
    expect(await cast(6)).toEqual(await cast(1));
  }, 60_000);

  it('applied to the day it was fitted on, the model assigns everyone as the fit did', async () => {
    const copy = copyWithStore();
    const scored = (await succeed(['run', '-p', copy, '--as-of', '2026-06-30', '--mode', 'score', '--json'])).json<RunJson>();
    expect(scored).toMatchObject({ outcome: 'published', release: 2 });
    const of = async (run: string) =>
      (await succeed(['show', run, '-p', copy, '--json'])).json<Shown>().stages.find(({ stage }) => stage === 'personas')!.outputs[
        'personas.memberships'
      ]!.sha256;
    const [fitted, applied] = await Promise.all([
      memberships(copy, await of('shop-demo-2026-06-30-1')),
      memberships(copy, await of('shop-demo-2026-06-30-2')),
    ]);
    expect(applied.length).toBeGreaterThan(500);
    expect(applied).toEqual(fitted);
  }, 120_000);

  it('killed in the middle, worker and client, ends with the same digests; started again it runs nothing', async () => {
    const copy = copyWithStore();
    const markers = temporaryFolder();
    const points = ['features:work', 'clustering:written', 'publish:committed'];
    const env = { DRAMATIS_FAULT: `${points.join(',')}@${markers}` };
    const first = startDramatis(backfill(copy), env);
    await until('the first day is done', () => first.text().includes(DAYS[0]!), 120_000);
    first.child.kill('SIGKILL');
    const killed = (await succeed(backfill(copy, '--json'), { env })).json<BackfillProgress>();
    expect(readdirSync(markers)).toHaveLength(points.length);
    expect(digests(killed)).toEqual(digests(undisturbed));
    const before = await runs(copy);
    expect(before).toHaveLength(1 + DAYS.length);
    const again = (await succeed(backfill(copy, '--json'))).json<BackfillProgress>();
    expect(again.done.map(({ outcome, release }) => [outcome, release])).toEqual(DAYS.map((_, i) => ['skipped', i + 2]));
    expect(await runs(copy)).toEqual(before);
    expect(commits(copy)).toHaveLength(1 + DAYS.length);
  }, 300_000);

  it('of a day that a run has released gives the same result digest, as a release of its own and never current', async () => {
    const copy = copyWithStore();
    const next = (await succeed(['run', '-p', copy, '--as-of', '2026-07-01', '--json'])).json<RunJson>();
    const day = ['backfill', '-p', copy, '--from', '2026-07-01', '--to', '2026-07-01', '--reason', 'check', '--json'];
    expect((await succeed(day)).json<BackfillProgress>().done).toMatchObject([{ outcome: 'skipped', release: 2 }]);
    const { done } = (await succeed([...day, '--reprocess', 'completed'])).json<BackfillProgress>();
    expect(done).toMatchObject([{ outcome: 'committed', release: 3, resultDigest: next.resultDigest, digest: next.digest }]);
    // A late one cannot overtake what is current, promoted or not.
    const late = (
      await succeed(['backfill', '-p', copy, '--from', '2026-06-29', '--to', '2026-06-29', '--promote', '--reason', 'late', '--json'])
    ).json<BackfillProgress>();
    expect(late.done).toMatchObject([{ outcome: 'superseded' }]);
    const plan = (await succeed([...day, '--dry-run'])).json<{
      days: { action: string; because: string }[];
      cost: { whole: number; basis: number };
    }>();
    expect(plan.days).toMatchObject([{ action: 'skip', because: expect.stringContaining('release 3') as string }]);
    expect(plan.cost).toMatchObject({ whole: 0, basis: 4 });
  }, 180_000);

  it('is planned stage by stage, also where a model of before is applied; a plan in auto mode says what only drift will tell', async () => {
    const again = (await succeed([...backfill(quiet, '--reprocess', 'completed'), '--dry-run', '--json'])).json<{ sample: { asOf: string; reused: string[] }[] }>();
    const upToClustering = ['extract', 'quality', 'clean', 'features', 'prepare', 'selection', 'clustering'];
    expect(again.sample).toEqual([FROM, '2026-06-27', TO].map((asOf) => ({ asOf, reused: upToClustering })));

    const copy = copyWithStore();
    const plan = async () =>
      (await succeed(['plan', '-p', copy, '--as-of', '2026-07-01', '--mode', 'auto', '--json'])).json<{
        model: { runs: string | null; open: string[] };
        stages: { stage: string; action: string }[];
        unchangedRelease: number | null;
      }>();
    expect(await plan()).toMatchObject({ model: { runs: null, open: [expect.stringContaining('measures drift') as string] }, unchangedRelease: null });
    const next = (await succeed(['run', '-p', copy, '--as-of', '2026-07-01', '--mode', 'auto', '--json'])).json<RunJson>();
    const after = await plan();
    expect(after).toMatchObject({ model: { runs: 'score', open: [] }, unchangedRelease: next.release });
    expect(after.stages.filter(({ action }) => action !== 'reuse')).toEqual([]);
  }, 180_000);

  it('says what is missing or wrong', async () => {
    expect(await dramatis(['backfill', '-p', quiet, '--from', FROM, '--to', TO])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reason'),
    });
    expect(await dramatis(['backfill', '-p', quiet, '--from', TO, '--to', FROM, '--reason', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('lies before'),
    });
    expect(await dramatis(['backfill', 'status', '-p', quiet, '--from', '2020-01-01', '--to', '2020-01-02'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('BACKFILL_NOT_FOUND'),
    });
    expect((await succeed(['backfill', 'status', '-p', quiet, '--json'])).json<BackfillProgress>()).toMatchObject({
      status: 'done',
      days: DAYS.length,
    });
  }, 60_000);
});
