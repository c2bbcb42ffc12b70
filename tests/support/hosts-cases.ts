import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createArtifactStore, createStageIndex, recordErasure } from '../../src/adapters/artifacts';
import { auditStore } from '../../src/adapters/audit';
import { createLedger, signingKey } from '../../src/adapters/ledger';
import { createReleaseStore } from '../../src/adapters/releases';
import { createRunStore } from '../../src/adapters/runs';
import { createBucketShelf, createFolderShelf, type BucketPlace, type Shelf } from '../../src/adapters/shelf';
import { openVault } from '../../src/adapters/vault';
import { freshHome } from './home';
import { draftOf } from './release';
import { Random } from './random';
import { proxy, type S3Server } from './s3';

const HOSTS = 3;

/** What hosts that share a bucket rely on. */
export function hostsCases(start: () => Promise<S3Server>): void {
  let server: S3Server;
  let hosts: readonly Shelf[];
  let prefixes = 0;
  beforeAll(async () => {
    server = await start();
    await server.make('store');
  }, 60_000);
  afterAll(() => server?.stop());

  /** Hosts with homes of their own; the first has made the ledger's key, and the others were given it. */
  beforeEach(async () => {
    const place: BucketPlace = { bucket: 'store', prefix: `h${++prefixes}/`, endpoint: server.endpoint, region: 'us-east-1', credentials: server.credentials };
    hosts = Array.from({ length: HOSTS }, () => createBucketShelf(freshHome(), place));
  });
  const giveKey = async ([first, ...others]: readonly Shelf[]): Promise<void> => {
    await signingKey(first!);
    for (const { home } of others) {
      mkdirSync(join(home, 'keys'), { recursive: true });
      copyFileSync(join(first!.home, 'keys', 'ledger.key'), join(home, 'keys', 'ledger.key'));
    }
  };

  it('append to one ledger that never forks', async () => {
    await giveKey(hosts);
    const ledgers = hosts.map((host) => createLedger(host));
    const appends = Array.from({ length: 24 }, (_, i) =>
      ledgers[i % HOSTS]!.append({ type: 'run.started', actor: 'ana', reason: 'nightly', at: '2024-02-01T00:00:00.000Z', subject: `run-${Math.floor(i / 2)}`, body: {} }),
    );
    const numbers = (await Promise.all(appends)).map(({ seq }) => seq);
    // Every second append is of the same thing as the one before it, by another host.
    expect(new Set(numbers).size).toBe(12);
    const third = createLedger(createBucketShelf(freshHome(), placeOf(hosts[0]!)));
    expect(await third.verify()).toMatchObject({ entries: 12, firstBad: null });
    expect((await third.read()).map(({ subject }) => subject).sort()).toEqual(Array.from({ length: 12 }, (_, i) => `run-${i}`).sort());
  }, 60_000);

  it('sign with one key: a host without it, or with another, appends nothing', async () => {
    const draft = { type: 'run.started', actor: 'ana', reason: 'nightly', at: '2024-02-01T00:00:00.000Z', subject: 'run', body: {} };
    const [first, second, third] = hosts;
    await createLedger(first!).append(draft);
    await expect(createLedger(second!).append({ ...draft, subject: 'other' })).rejects.toMatchObject({ code: 'KEY_MISSING', message: expect.stringContaining('DRAMATIS_LEDGER_KEY_FILE') as string });
    await signingKey(createFolderShelf(third!.home));
    await expect(createLedger(third!).append({ ...draft, subject: 'other' })).rejects.toMatchObject({ code: 'KEY_MISSING', message: expect.stringContaining('another key') as string });
    const given = { DRAMATIS_LEDGER_KEY_FILE: join(first!.home, 'keys', 'ledger.key') };
    expect((await signingKey(second!, given)).equals(await signingKey(first!))).toBe(true);
    expect(await createLedger(third!).verify()).toMatchObject({ entries: 1, firstBad: null });
  });

  it('agree on the key where several make one at the same time', async () => {
    const made = await Promise.allSettled(hosts.map((host) => signingKey(host)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = made.findIndex(({ status }) => status === 'fulfilled');
    await giveKey([hosts[winner]!, ...hosts.filter((_, i) => i !== winner)]);
    for (const host of hosts) await expect(signingKey(host)).resolves.toBeDefined();
  });

  it('commit a release once per key, in one line without gap', async () => {
    const stores = hosts.map((host) => createReleaseStore(host));
    const drafts = Array.from({ length: 12 }, (_, i) => draftOf(`key-${Math.floor(i / 2)}`, { parent: null }));
    const commits = await Promise.all(drafts.map((draft, i) => stores[i % HOSTS]!.commit(draft, null, { chosenParent: true })));
    expect(commits.filter(({ created }) => created)).toHaveLength(6);
    expect(await stores[2]!.verify('shop', 'prod')).toEqual({ releases: 6, problems: [] });
    for (const store of stores) expect((await store.current('shop', 'prod'))?.n).toBe(6);
  }, 60_000);

  it('give a run one id however often it is opened, and lose no change of its record', async () => {
    const stores = hosts.map((host) => createRunStore(host));
    const opening = (temporalRunId: string) => ({ project: 'shop', environment: 'prod', asOf: '2024-01-31', scratch: false, workflowId: 'w', temporalRunId, request: {}, retryOf: null });
    const opened = await Promise.all(stores.map((store) => store.open(opening('t1'))));
    expect(new Set(opened.map(({ runId }) => runId)).size).toBe(1);
    const runId = opened[0]!.runId;
    expect((await stores[0]!.open(opening('t2'))).runId).not.toBe(runId);
    await Promise.all([stores[0]!.update(runId, { status: 'succeeded' }), stores[1]!.update(runId, { release: 7 }), stores[2]!.update(runId, { outcome: 'published' })]);
    expect(await stores[1]!.read(runId)).toMatchObject({ runId, status: 'succeeded', release: 7, outcome: 'published', attempts: 1 });
    expect(await stores[2]!.list()).toHaveLength(2);
    await expect(stores[0]!.update('shop-prod-2024-01-31-9', {})).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  }, 30_000);

  it('find each other’s objects and stage results, each checked where it is read', async () => {
    const [one, two, three] = hosts.map((host) => ({ host, artifacts: createArtifactStore(host) })) as [HostArtifacts, HostArtifacts, HostArtifacts];
    const ref = await one.artifacts.writeJson('config', { customers: 3 });
    expect(await two.artifacts.readJson(ref)).toEqual({ customers: 3 });
    const copy = await two.artifacts.path(ref);
    expect(copy.startsWith(two.host.home)).toBe(true);
    const result = { stage: 'clean', key: 'a'.repeat(64), outputs: { 'clean.lines': ref }, rowsIn: 1, rowsOut: 1, summary: '', warnings: [], facts: {}, observed: { reused: false, ms: 1, attempt: 1, startedAt: '2024-02-01T00:00:00.000Z' } } as const;
    await createStageIndex({ home: one.host, artifacts: one.artifacts }).record(result);
    expect(await createStageIndex({ home: three.host, artifacts: three.artifacts }).find(result.key)).toEqual(result);
    // A copy that was damaged is fetched anew.
    writeFileSync(copy, 'damaged');
    expect(await two.artifacts.readJson(ref)).toEqual({ customers: 3 });
    expect(readFileSync(await two.artifacts.path(ref), 'utf8')).toBe('{"customers":3}');
    // Damaged in the bucket itself: nobody reads it, the audit names it, and who works it out again mends it.
    const key = `objects/sha256/${ref.sha256.slice(0, 2)}/${ref.sha256.slice(2)}`;
    await one.host.replace(key, 'damaged');
    rmSync(copy);
    await expect(two.artifacts.readJson(ref)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
    expect((await auditStore({ home: three.host })).problems).toEqual([expect.objectContaining({ object: `object ${ref.sha256}` })]);
    expect(await two.artifacts.writeJson('config', { customers: 3 })).toEqual(ref);
    expect((await auditStore({ home: three.host })).problems).toEqual([]);
    // Removed from the bucket, a copy does not count as kept.
    await one.host.remove(key);
    await one.artifacts.writeJson('config', { customers: 3 });
    rmSync(join(three.host.home, 'shared'), { recursive: true });
    expect(await three.artifacts.readJson(ref)).toEqual({ customers: 3 });
  }, 30_000);

  it('read what stands for an erased object, on every host within a second', async () => {
    const [one, two] = hosts as readonly [Shelf, Shelf];
    const artifacts = createArtifactStore(one);
    const [old, next] = [await artifacts.writeJson('rows', ['joe', 'ann']), await artifacts.writeJson('rows', ['ann'])];
    const reader = createArtifactStore(two);
    expect(await reader.readJson(old)).toEqual(['joe', 'ann']);
    const statement = { objects: [{ old: old.sha256, new: next.sha256 }] };
    const { seq } = await createLedger(one).append({ type: 'erasure', actor: 'ana', reason: 'asked', at: '2024-02-01T00:00:00.000Z', subject: 'shop/prod', body: { statement } });
    await recordErasure(one, { format: 1, old: old.sha256, new: next.sha256, entry: seq });
    expect(await artifacts.readJson(old)).toEqual(['ann']);
    await sleep(1100);
    expect(await reader.readJson(old)).toEqual(['ann']);
  }, 30_000);

  it('behind a network that loses answers and refuses requests: nothing twice, nothing torn, no gap', async () => {
    await giveKey(hosts);
    const random = new Random(7);
    const chance = (percent: number) => (url: string) => !url.includes('.probe') && random.below(100) < percent;
    const [loses, fails] = [chance(30), chance(15)];
    const bad = await proxy(server.endpoint, [], loses, (url) => (fails(url) ? 503 : undefined));
    try {
      const behind = hosts.map((host) => createBucketShelf(host.home, { ...placeOf(host), endpoint: bad.endpoint }));
      /** As Temporal does with what is transient. */
      const until = async <T>(act: () => Promise<T>): Promise<T> => {
        for (;;) {
          try {
            return await act();
          } catch (error) {
            if ((error as { code?: string }).code !== 'STORE_UNREACHABLE') throw error;
          }
        }
      };
      const work = behind.map(async (shelf, host) => {
        const [ledger, releases, runs] = [createLedger(shelf), createReleaseStore(shelf), createRunStore(shelf)];
        const opening = { project: 'shop', environment: 'prod', asOf: '2024-01-31', scratch: false, workflowId: 'w', temporalRunId: 't', request: {}, retryOf: null };
        const { runId } = await until(() => runs.open(opening));
        let created = 0;
        for (let i = 0; i < 3; i++) {
          await until(() => ledger.append({ type: 'run.started', actor: 'ana', reason: 'nightly', at: '2024-02-01T00:00:00.000Z', subject: `run-${i}`, body: { host: i === 0 ? 0 : host } }));
          if ((await until(() => releases.commit(draftOf(`key-${i}`), null, { chosenParent: true }))).created) created++;
          await until(() => runs.update(runId, { [`host${host}`]: i }));
        }
        return { runId, created };
      });
      const done = await Promise.all(work);
      const [healthy] = hosts as readonly [Shelf];
      expect(new Set(done.map(({ runId }) => runId)).size).toBe(1);
      expect(done.reduce((sum, { created }) => sum + created, 0)).toBeLessThanOrEqual(3);
      expect(await createReleaseStore(healthy).verify('shop', 'prod')).toEqual({ releases: 3, problems: [] });
      expect(new Set((await createReleaseStore(healthy).list('shop', 'prod')).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
      // One entry of all, two of each host.
      expect(await createLedger(healthy).verify()).toMatchObject({ entries: 1 + 2 * HOSTS, firstBad: null });
      expect(await createRunStore(healthy).read(done[0]!.runId)).toMatchObject({ host0: 2, host1: 2, host2: 2 });
    } finally {
      await bad.stop();
    }
  }, 120_000);

  it('know who is behind a pseudonym on any of them, and nobody in the bucket does', async () => {
    const key = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
    const vaults = hosts.map((home) => openVault({ config: { projectKey: { env: 'KEY' } }, projectDir: home.home, home, env: { KEY: key } }));
    await Promise.all(vaults.map((vault, i) => vault.remember(new Map([[vault.pseudonym(`joe-${i}`), `joe-${i}`]]))));
    for (const vault of vaults) expect([...(await vault.recall()).values()].sort()).toEqual(['joe-0', 'joe-1', 'joe-2']);
    await vaults[0]!.markErased(vaults[0]!.pseudonym('joe-1'));
    expect((await vaults[2]!.erased()).has(vaults[2]!.pseudonym('joe-1'))).toBe(true);
  });

  function placeOf(shelf: Shelf): BucketPlace {
    const [, prefix = ''] = /^s3:\/\/store\/(.*)$/.exec(shelf.locate('')) ?? [];
    return { bucket: 'store', prefix, endpoint: server.endpoint, region: 'us-east-1', credentials: server.credentials };
  }
}

interface HostArtifacts {
  readonly host: Shelf;
  readonly artifacts: ReturnType<typeof createArtifactStore>;
}
