import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunStore } from '../../../src/adapters/runs';
import { buildManifest } from '../../../src/core/audit';
import type { RunStore } from '../../../src/core/ports';
import { freshHome } from '../../support/home';
import { facts, observations } from '../../support/manifest';

const opening = (temporalRunId: string, more: object = {}) => ({
  project: 'shop',
  environment: 'prod',
  asOf: '2024-01-31',
  scratch: false,
  workflowId: 'refresh/shop/prod/2024-01-31',
  temporalRunId,
  request: { actor: 'ana' },
  retryOf: null,
  ...more,
});

describe('RunStore', () => {
  let home: string;
  let runs: RunStore;
  beforeEach(() => {
    home = freshHome();
    runs = createRunStore(home, () => Date.UTC(2024, 1, 1));
  });

  it('counts runs by project, environment and as-of, and scratch runs apart', async () => {
    const ids = [];
    for (const [i, more] of [
      {},
      {},
      { scratch: true },
      { asOf: '2024-02-01' },
      { environment: 'test' },
      { scratch: true },
    ].entries()) {
      ids.push((await runs.open(opening(`t${i}`, more))).runId);
    }
    expect(ids).toEqual([
      'shop-prod-2024-01-31-1',
      'shop-prod-2024-01-31-2',
      'shop-prod-2024-01-31-scratch-1',
      'shop-prod-2024-02-01-1',
      'shop-test-2024-01-31-1',
      'shop-prod-2024-01-31-scratch-2',
    ]);
  });

  it('gives the same Temporal run the same id again', async () => {
    const first = await runs.open(opening('t1'));
    expect(first).toEqual({ runId: 'shop-prod-2024-01-31-1', attempt: 1, startedAt: '2024-02-01T00:00:00.000Z' });
    expect(await createRunStore(home).open(opening('t1'))).toEqual(first);
    expect(await runs.list()).toHaveLength(1);
  });

  it('gives the same id again after a crash between the claim and the record', async () => {
    const { runId } = await runs.open(opening('t1'));
    rmSync(join(home, 'runs', runId, 'run.json'));
    expect((await runs.open(opening('t1'))).runId).toBe(runId);
    expect((await runs.read(runId)).temporalRunIds).toEqual(['t1']);
  });

  it('never hands out the ordinal of a folder without a record', async () => {
    mkdirSync(join(home, 'runs', 'shop-prod-2024-01-31-1'), { recursive: true });
    expect((await runs.open(opening('t1'))).runId).toBe('shop-prod-2024-01-31-2');
    expect((await runs.list()).map(({ runId }) => runId)).toEqual(['shop-prod-2024-01-31-2']);
  });

  it('gives as many ids as there are Temporal runs, when many open at once twice', async () => {
    const stores = Array.from({ length: 4 }, () => createRunStore(home));
    const opened = await Promise.all(Array.from({ length: 24 }, (_, i) => stores[i % 4].open(opening(`t${i % 12}`))));
    const ids = new Map<number, Set<string>>();
    opened.forEach(({ runId }, i) => ids.set(i % 12, (ids.get(i % 12) ?? new Set()).add(runId)));
    expect([...ids.values()].every((set) => set.size === 1)).toBe(true);
    expect(new Set(opened.map(({ runId }) => runId)).size).toBe(12);
    expect(await runs.list()).toHaveLength(12);
  });

  it('keeps the id of a retry, adds an attempt once, and clears the failure', async () => {
    const { runId } = await runs.open(opening('t1'));
    await runs.update(runId, {
      status: 'failed',
      finishedAt: '2024-02-01T01:00:00.000Z',
      failure: { code: 'DISK_FULL', stage: 'clean', message: 'm' },
    });
    for (let i = 0; i < 2; i++)
      expect(await runs.open(opening('t2', { retryOf: runId }))).toMatchObject({ runId, attempt: 2 });
    expect(await runs.read(runId)).toMatchObject({
      attempts: 2,
      temporalRunIds: ['t1', 't2'],
      status: 'running',
      failure: null,
      finishedAt: null,
    });
    await expect(runs.open(opening('t3', { retryOf: 'shop-prod-2024-01-31-9' }))).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });

  it('dates each attempt by itself, and the run by its first', async () => {
    let hour = 1;
    const clocked = createRunStore(home, () => Date.UTC(2024, 1, 1, hour));
    const { runId } = await clocked.open(opening('t1'));
    hour = 5;
    const retry = opening('t2', { retryOf: runId });
    expect((await clocked.open(retry)).startedAt).toBe('2024-02-01T05:00:00.000Z');
    hour = 6;
    expect((await clocked.open(retry)).startedAt).toBe('2024-02-01T05:00:00.000Z');
    expect((await clocked.open(opening('t1'))).startedAt).toBe('2024-02-01T01:00:00.000Z');
    expect(await clocked.read(runId)).toMatchObject({
      startedAt: '2024-02-01T01:00:00.000Z',
      attemptStarts: [
        { temporalRunId: 't1', startedAt: '2024-02-01T01:00:00.000Z' },
        { temporalRunId: 't2', startedAt: '2024-02-01T05:00:00.000Z' },
      ],
    });
  });

  it('dates an attempt by its run where the record of an earlier version does not say', async () => {
    const { runId } = await runs.open(opening('t1'));
    const file = join(home, 'runs', runId, 'run.json');
    const { attemptStarts: _, ...older } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify(older));
    const later = createRunStore(home, () => Date.UTC(2024, 1, 2));
    expect((await later.open(opening('t1'))).startedAt).toBe('2024-02-01T00:00:00.000Z');
    expect((await later.open(opening('t2', { retryOf: runId }))).startedAt).toBe('2024-02-02T00:00:00.000Z');
  });

  it('loses no change when a run is updated many times at once', async () => {
    const { runId } = await runs.open(opening('t1'));
    const changes = [
      { status: 'succeeded' as const },
      { release: 3 },
      { outcome: 'published' },
      { finishedAt: '2024-02-01T01:00:00.000Z' },
    ];
    await Promise.all(changes.map((change) => runs.update(runId, change)));
    expect(await runs.read(runId)).toMatchObject(Object.assign({}, ...changes));
  });

  it('names the nearest ids for one that is not there', async () => {
    for (const [i, asOf] of ['2024-01-31', '2024-02-01', '2023-07-15', '2022-05-05'].entries())
      await runs.open(opening(`t${i}`, { asOf }));
    await expect(runs.read('shop-prod-2024-01-30-1')).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: expect.stringContaining('near it are shop-prod-2024-01-31-1'),
    });
    await expect(runs.read('../releases')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('refuses a record of a later format, and one that is damaged', async () => {
    const { runId } = await runs.open(opening('t1'));
    const file = join(home, 'runs', runId, 'run.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"format":1', '"format":2'));
    await expect(runs.read(runId)).rejects.toMatchObject({
      code: 'FORMAT_TOO_NEW',
      details: { format: 2, supported: 1 },
    });
    for (const damaged of [
      text.slice(0, -5),
      text.replace('"running"', '"resting"'),
      text.replaceAll('31-1', '31-7'),
      '[]',
    ]) {
      writeFileSync(file, damaged);
      await expect(runs.read(runId)).rejects.toMatchObject({
        code: 'OBJECT_CORRUPT',
        message: expect.stringContaining(runId),
      });
    }
  });

  it.each([{ project: '../x' }, { environment: 'Prod' }, { asOf: '2024-02-30' }])('refuses %p', async (more) => {
    await expect(runs.open(opening('t1', more))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps the first manifest of an attempt for each digest', async () => {
    const { runId } = await runs.open(opening('t1'));
    const manifest = (finishedAt: string, attempt = 1, seed = 0) =>
      buildManifest({ ...facts(), seed }, { ...observations(), attempt, finishedAt }, 'key');
    const first = manifest('2024-02-01T02:01:00.000Z');
    expect(await runs.keepManifest(runId, first)).toEqual(first);
    expect(await createRunStore(home).keepManifest(runId, manifest('2024-02-01T03:00:00.000Z'))).toEqual(first);
    // Matched again to another release, or another attempt: another manifest.
    for (const other of [manifest('2024-02-01T04:00:00.000Z', 1, 1), manifest('2024-02-01T05:00:00.000Z', 2)])
      expect(await runs.keepManifest(runId, other)).toEqual(other);
  });

  it('keeps the manifest beside the run', async () => {
    const { runId } = await runs.open(opening('t1'));
    const manifest = buildManifest(facts(), observations(), 'key');
    const envelope = { payload: 'e30=', payloadType: 'application/json', signatures: [{ keyid: 'k', sig: 'AA==' }] };
    await runs.saveManifest(runId, manifest, envelope);
    expect(JSON.parse(readFileSync(join(home, 'runs', runId, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect(JSON.parse(readFileSync(join(home, 'runs', runId, 'manifest.dsse.json'), 'utf8'))).toEqual(envelope);
    await expect(runs.saveManifest('shop-prod-2024-01-31-7', manifest, envelope)).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });
  });
});
