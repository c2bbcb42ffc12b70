import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore } from '../../src/adapters/artifacts';
import { createS3Sink, openBucket, type Bucket, type S3SinkOptions } from '../../src/adapters/sinks';
import type { ArtifactStore } from '../../src/core/ports';
import { sha256Hex } from '../../src/core/audit';
import { freshHome } from './home';
import { releaseOf, type Member } from './members';
import { proxy, type S3Server } from './s3';

const member = (pid: string, persona: 0 | 1): Member => ({ pid, persona, country: 'UK' });

/** What the S3 sink does, over any server with conditional writes. */
export function s3SinkCases(start: () => Promise<S3Server>): void {
  let server: S3Server;
  let home: string;
  let artifacts: ArtifactStore;
  let bucket: string;
  let buckets = 0;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    home = freshHome();
    artifacts = createArtifactStore(home);
    bucket = `lake-${++buckets}`;
    await server.make(bucket);
  });

  const sinkOf = (more: Partial<S3SinkOptions> = {}) => {
    const engine = { threads: 1, memoryLimit: '500MB', temporary: join(home, 'duckdb') };
    return createS3Sink({ name: 'lake', prefix: 'shop/prod', formats: ['csv', 'parquet'], kMin: 1, artifacts, engine, vault: null, open: () => server.open(bucket), ...more });
  };
  const read = async (key: string): Promise<string | undefined> => {
    const opened = await server.open(bucket);
    return (await opened.read(`shop/prod/${key}`))?.text;
  };
  const current = async () => JSON.parse((await read('current.json')) ?? '{}') as { release: number; receipt: string };

  it('creates the files of a release, its receipt and the pointer, and leaves nothing of the probe', async () => {
    const receipt = await sinkOf().deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]));
    const files = receipt.files.map(({ name }) => `shop/prod/releases/1/${name}`);
    expect(await server.keys(bucket)).toEqual([...files, 'shop/prod/current.json', 'shop/prod/releases/1/receipt.json'].sort());
    expect(await current()).toMatchObject({ release: 1, receipt: 'shop/prod/releases/1/receipt.json' });
    const csv = await read('releases/1/customer_personas.csv');
    expect(csv).toBe('pid,persona_key,persona_name,cluster,margin\nc_1,psn_aaaaaaaa,Regulars,0,0.5\n');
    const opened = await server.open(bucket);
    expect(await opened.hashOf('shop/prod/releases/1/customer_personas.csv')).toBe(sha256Hex(csv!));
  });

  it('delivers deltas, sends nothing twice, and refuses earlier releases', async () => {
    const first = await releaseOf(artifacts, 2, [member('c_1', 0), member('c_2', 0)]);
    const receipt = await sinkOf().deliver(first);
    const next = await sinkOf().deliver(await releaseOf(artifacts, 3, [member('c_2', 1), member('c_3', 0)]));
    expect(next.delta).toEqual({ base: 2, added: 1, changed: 1, removed: 1, unchanged: 0 });
    expect((await read('releases/3/changes.csv'))?.split('\n').slice(1, 4).map((line) => line.split(',').slice(0, 2).join(' '))).toEqual(['c_1 removed', 'c_2 changed', 'c_3 added']);
    const keys = await server.keys(bucket);
    rmSync(join(home, 'objects'), { recursive: true });
    expect(await sinkOf().deliver(first)).toEqual(receipt);
    artifacts = createArtifactStore(home);
    expect(await sinkOf().deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]))).toMatchObject({ status: 'refused', held: 3 });
    expect(await sinkOf().deliver(await releaseOf(artifacts, 4, [member('c_1', 0)], { promoted: false }))).toMatchObject({ status: 'not-promoted' });
    expect(await server.keys(bucket)).toEqual(keys);
    expect((await current()).release).toBe(3);
  });

  it('goes on after a delivery that stopped after any of its writes', async () => {
    const release = await releaseOf(artifacts, 1, [member('c_1', 0)]);
    const writes = (await sinkOf({ prefix: 'dry' }).deliver(release)).files.length + 2;
    for (let stop = 0; stop < writes; stop++) {
      const prefix = `stop/${stop}`;
      let left = stop;
      const dying = (opened: Bucket): Bucket => {
        const dies = <T>(act: () => Promise<T>): Promise<T> => (left-- > 0 ? act() : Promise.reject(new Error('killed')));
        return {
          ...opened,
          createFile: (key, path) => dies(() => opened.createFile(key, path)),
          create: (key, text) => (key.includes('.probe') ? opened.create(key, text) : dies(() => opened.create(key, text))),
        };
      };
      await expect(sinkOf({ prefix, open: async () => dying(await server.open(bucket)) }).deliver(release)).rejects.toThrow('killed');
      const opened = await server.open(bucket);
      expect(await opened.read(`${prefix}/current.json`)).toBeUndefined();
      const receipt = await sinkOf({ prefix }).deliver(release);
      expect((await server.keys(bucket)).filter((key) => key.startsWith(`${prefix}/`))).toHaveLength(receipt.files.length + 2);
    }
  }, 60_000);

  it('lets several deliveries at once end with the newest release, each complete', async () => {
    const releases = await Promise.all([1, 2, 3].map((n) => releaseOf(artifacts, n, [member(`c_${n}`, 0)])));
    const receipts = await Promise.all([...releases, releases[2]].map((release) => sinkOf().deliver(release)));
    expect((await current()).release).toBe(3);
    expect(receipts[3]).toEqual(receipts[2]);
  });

  it.each([['if-none-match'], ['if-match']])('refuses a store that ignores %s, before anything is written', async (header) => {
    const between = await proxy(server.endpoint, [header]);
    try {
      const open = () => openBucket({ target: 'lake', bucket, endpoint: between.endpoint, region: 'us-east-1', ...server.credentials });
      const unsafe = { code: 'SINK_UNSAFE', message: expect.stringContaining(header === 'if-match' ? 'If-Match' : 'If-None-Match') as string };
      const refusal = server.checksSignatures ? { code: 'SINK_REFUSED' } : unsafe;
      await expect(sinkOf({ open }).deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]))).rejects.toMatchObject(refusal);
      expect(between.puts.every((url) => url.includes('.probe'))).toBe(true);
    } finally {
      await between.stop();
    }
    expect(await server.keys(bucket)).toEqual([]);
  });

  it('refuses a prefix that holds another project, or another file under a name it needs', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]));
    await expect(sinkOf().deliver(await releaseOf(artifacts, 2, [member('c_1', 0)], { project: 'shoes' }))).rejects.toMatchObject({ code: 'SINK_OCCUPIED' });
    const opened = await server.open(bucket);
    await opened.create('shop/prod/releases/2/customer_personas.csv', 'mine');
    await expect(sinkOf().deliver(await releaseOf(artifacts, 2, [member('c_1', 0)]))).rejects.toMatchObject({ code: 'SINK_OCCUPIED' });
    expect((await current()).release).toBe(1);
  });

  it.each([
    ['no such bucket', 'nowhere-at-all', undefined, 'SINK_REFUSED'],
    ['nobody listening', 'lake-1', 'http://127.0.0.1:1', 'SINK_UNREACHABLE'],
  ])('says what is wrong without a secret: %s', async (_, name, endpoint, code) => {
    const open = () => openBucket({ target: 'lake', bucket: name, endpoint: endpoint ?? server.endpoint, region: 'us-east-1', ...server.credentials });
    const error = await sinkOf({ open }).deliver(await releaseOf(artifacts, 1, [member('c_1', 0)])).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify([error, (error as Error).stack])).not.toContain('not-in-any-message');
  });
}
