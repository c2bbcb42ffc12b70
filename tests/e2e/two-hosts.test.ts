import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { auditStore } from '../../src/adapters/audit';
import { createBucketShelf } from '../../src/adapters/shelf';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/adapters/temporal/embedded-server';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import { startS3, type S3Server } from '../support/s3';
import { describeWithS3 } from '../support/services';
import { copyProject, dramatis, makeShop, removeFolders, startDramatis, succeed, temporaryFolder, until, type RunJson } from './support';

interface Audit {
  readonly ok: boolean;
  readonly problems: readonly unknown[];
  readonly checked: { readonly releases: number; readonly runs: number; readonly objects: number };
}

describeWithS3('two hosts that share a bucket', () => {
  let project: string;
  let server: EmbeddedServer;
  let s3: S3Server;
  let shared: NodeJS.ProcessEnv;
  const started: ChildProcess[] = [];
  const homes = new Map<string, string>();

  beforeAll(async () => {
    [project, s3, server] = await Promise.all([makeShop(), startS3(), startEmbeddedServer({ home: temporaryFolder(), log: () => undefined })]);
    await s3.make('lake');
    const bucket = { DRAMATIS_STORE: 's3://lake/personas', AWS_ENDPOINT_URL_S3: s3.endpoint, AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
    const key = join(temporaryFolder(), 'ledger.key');
    writeFileSync(key, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    shared = { ...bucket, TEMPORAL_ADDRESS: server.address, DRAMATIS_LEDGER_KEY_FILE: key };
  }, 120_000);
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await server?.stop();
    await s3?.stop();
    removeFolders();
  });

  /** A worker with a home of its own, as on a host of its own. */
  const work = async (home: string, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> => {
    const { child, text } = startDramatis(['worker', '--home', home], { ...shared, ...env });
    started.push(child);
    homes.set(String(child.pid), home);
    await until('the worker is ready', () => text().includes('worker ready') || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(text());
    return child;
  };
  const kill = async (worker: ChildProcess): Promise<void> => {
    worker.kill('SIGKILL');
    if (worker.signalCode === null) await once(worker, 'exit');
  };
  const stored = async (folder: string): Promise<string[]> => (await s3.keys('lake')).filter((key) => key.startsWith(`personas/${folder}`));
  const stagesDone = async (count: number): Promise<void> => {
    while ((await stored('stages/')).length < count) await new Promise((again) => setTimeout(again, 50));
  };
  /** Homes of those who worked on a run, as Temporal has it. */
  const workersOf = async (workflowId: string): Promise<string[]> => {
    const connection = await Connection.connect({ address: server.address });
    try {
      const { events } = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
      const identities = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: event }) => event?.identity?.split('@')[0] ?? []);
      return [...new Set(identities.map((pid) => homes.get(pid) ?? pid))];
    } finally {
      await connection.close();
    }
  };
  const commit = async (): Promise<ReleaseCommit> => JSON.parse((await (await s3.open('lake')).read('personas/releases/shop/demo/1.json'))!.text) as ReleaseCommit;

  it('finishes one run, and kill -9 of either worker, and of the one that commits, changes no byte', async () => {
    const alone = copyProject(project);
    const undisturbed = succeed(['run', '-p', alone, '--json'], { env: { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'alone' } });
    undisturbed.catch(() => undefined);

    const markers = temporaryFolder();
    const faults = { DRAMATIS_FAULT: `publish:committed@${markers}` };
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    const [a, b] = await Promise.all([work(first, faults), work(second, faults)]);
    const running = dramatis(['run', '-p', project, '--no-worker', '--home', temporaryFolder(), '--json'], { env: shared });
    await stagesDone(3);
    await kill(a);
    await stagesDone(6);
    await work(first, faults);
    await kill(b);
    await work(second, faults);
    // Whoever commits dies of it; the other goes on from there.
    const outcome = await running;
    if (outcome.code !== 0) throw new Error(outcome.stderr);
    const run = outcome.json<RunJson>();
    expect(readdirSync(markers)).toEqual(['publish-committed']);
    expect((await workersOf('refresh/shop/demo/2026-06-30')).sort()).toEqual([first, second].sort());

    const plain = (await undisturbed).json<RunJson>();
    const expected = JSON.parse(readFileSync(join(alone, '.dramatis', 'releases', 'shop', 'demo', '1.json'), 'utf8')) as ReleaseCommit;
    expect(run).toMatchObject({ release: 1, digest: plain.digest, resultDigest: plain.resultDigest });
    expect(run.stages.filter(({ attempt }) => attempt > 1).length).toBeGreaterThan(0);
    expect(await stored('releases/')).toEqual(['personas/releases/shop/demo/1.json']);
    expect((await commit()).artifacts).toEqual(expected.artifacts);

    const { checked, ...audit } = (await succeed(['audit', 'verify', '--all', '-p', project, '--home', temporaryFolder(), '--json'], { env: shared })).json<Audit>();
    expect(audit).toMatchObject({ ok: true, problems: [] });
    expect(checked).toMatchObject({ releases: 1, runs: 1 });

    // The same keys in a folder are a store like any other, and the other way round.
    const bucket = (prefix: string) =>
      createBucketShelf(temporaryFolder(), { bucket: 'lake', prefix, endpoint: s3.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } });
    const folder = temporaryFolder();
    const from = bucket('personas/');
    for (const key of (await stored('')).map((name) => name.slice('personas/'.length))) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), (await from.readBytes(key))!);
    }
    expect(await auditStore({ home: folder })).toMatchObject({ problems: [], checked });
    const store = join(alone, '.dramatis');
    const moved = bucket('moved/');
    for (const file of readdirSync(store, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (file.isFile() && !/^(tmp|logs|temporal)\/|ledger\.key$/.test(relative(store, path))) await moved.create(relative(store, path), readFileSync(path));
    }
    const { problems, checked: counts } = await auditStore({ home: moved });
    expect(problems).toEqual([]);
    expect(counts).toEqual((await auditStore({ home: store })).checked);
  }, 420_000);

  it('says what works on a folder only, and that hosts need one server', async () => {
    const inFolderOnly = await dramatis(['gc', '-p', project, '--home', temporaryFolder(), '--json'], { env: shared });
    expect(inFolderOnly).toMatchObject({ code: 2, stdout: expect.stringContaining('STORE_SHARED') as string });
    const { TEMPORAL_ADDRESS: _, ...serverless } = shared;
    const run = await dramatis(['run', '-p', project, '--home', temporaryFolder(), '--json'], { env: serverless });
    expect(run).toMatchObject({ code: 2, stdout: expect.stringContaining('TEMPORAL_ADDRESS') as string });
    const { stdout } = await dramatis(['doctor', '-p', project, '--home', temporaryFolder()], { env: shared });
    expect(stdout).toMatch(/✓ store +bucket s3:\/\/lake\/personas\/, conditional writes work, 1 runs/);
    expect(stdout).toMatch(/✓ shared +signs the ledger with key [0-9a-f]{16}; what is delivered to crm lies on the host that publishes/);
  }, 120_000);
});
