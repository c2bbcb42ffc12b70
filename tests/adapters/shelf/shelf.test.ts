import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createBucketShelf, createFolderShelf, openShelf, type BucketPlace } from '../../../src/adapters/shelf';
import { temporaryPath } from '../../../src/adapters/artifacts/files';
import { sha256Hex } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { proxy, startS3, type S3Server } from '../../support/s3';
import { describeWithS3 } from '../../support/services';
import { shelfCases } from '../../support/shelf-cases';

describe('a folder', () => {
  shelfCases(() => {
    const home = freshHome();
    return { open: () => createFolderShelf(home) };
  });
});

describeWithS3('a bucket', () => {
  let server: S3Server;
  let bucket: string;
  let buckets = 0;
  const placeAt = (endpoint: string, prefix = `p${++buckets}/`): BucketPlace => ({ bucket, prefix, endpoint, region: 'us-east-1', credentials: server.credentials });
  beforeAll(async () => {
    server = await startS3();
    bucket = 'store';
    await server.make(bucket);
  }, 60_000);
  afterAll(() => server?.stop());

  shelfCases(() => {
    const place = placeAt(server.endpoint);
    return { open: () => createBucketShelf(freshHome(), place, (at) => connect(at, { pageKeys: 10 })) };
  });

  it('is laid out like a folder, and leaves nothing of the probe', async () => {
    const shelf = createBucketShelf(freshHome(), placeAt(server.endpoint, 'layout/of/'));
    await shelf.create('ledger/00000001.json', '{}');
    expect((await server.keys(bucket)).filter((key) => key.startsWith('layout/'))).toEqual(['layout/of/ledger/00000001.json']);
    expect(shelf.locate('ledger/00000001.json')).toBe('s3://store/layout/of/ledger/00000001.json');
  });

  it('fetches a damaged copy anew, and one that is gone', async () => {
    const place = placeAt(server.endpoint);
    const shelf = createBucketShelf(freshHome(), place);
    const temporary = await temporaryPath(shelf.home);
    await writeFile(temporary, 'right');
    await shelf.place(temporary, 'objects/1');
    const path = await shelf.file('objects/1');
    writeFileSync(path, 'wrong');
    expect(readFileSync(await shelf.file('objects/1'), 'utf8')).toBe('wrong');
    expect(await shelf.again('objects/1')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('right');
    rmSync(path);
    expect(readFileSync(await shelf.file('objects/1'), 'utf8')).toBe('right');
    expect(await shelf.again('objects/2')).toBe(false);
  });

  it('sends big files in parts, and takes them whole', async () => {
    const place = placeAt(server.endpoint);
    const part = 5 * 2 ** 20;
    const shelf = createBucketShelf(freshHome(), place, (at) => connect(at, { partBytes: part }));
    const bytes = Buffer.alloc(2 * part + 17, 'parts of ');
    const temporary = await temporaryPath(shelf.home);
    await writeFile(temporary, bytes);
    await shelf.place(temporary, 'objects/big');
    const other = createBucketShelf(freshHome(), place);
    expect(await other.hash('objects/big')).toEqual({ sha256: sha256Hex(bytes), bytes: bytes.byteLength });
    expect(readFileSync(await other.file('objects/big')).equals(bytes)).toBe(true);
  }, 30_000);

  it.each([['if-none-match'], ['if-match']])('is refused where it ignores %s, before anything is written', async (header) => {
    const between = await proxy(server.endpoint, [header]);
    try {
      const shelf = createBucketShelf(freshHome(), placeAt(between.endpoint));
      const message = expect.stringContaining(header === 'if-match' ? 'If-Match' : 'If-None-Match') as string;
      await expect(shelf.create('runs/a/run.json', '1')).rejects.toMatchObject({ code: 'STORE_UNUSABLE', message });
      await expect(shelf.replace('runs/a/run.json', '1')).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
      expect(between.puts.every((url) => url.includes('.probe'))).toBe(true);
    } finally {
      await between.stop();
    }
  });

  it('knows its own write again when the answer was lost, and nobody else’s', async () => {
    const seen = new Set<string>();
    // The first answer to each write is lost: the SDK sends it again, and is refused by what it wrote itself.
    const between = await proxy(server.endpoint, [], (url) => !url.includes('.probe') && !seen.has(url) && Boolean(seen.add(url)));
    try {
      const place = placeAt(between.endpoint);
      const shelf = createBucketShelf(freshHome(), place);
      expect(await shelf.create('ledger/1.json', 'mine')).toBe(true);
      expect(await shelf.create('ledger/1.json', 'mine')).toBe(false);
      expect(await shelf.change('runs/a/run.json', (text = '') => `${text}+`)).toBe('+');
      seen.clear();
      expect(await shelf.change('runs/a/run.json', (text = '') => `${text}+`)).toBe('++');
      expect(await shelf.read('runs/a/run.json')).toBe('++');
      seen.clear();
      const writers = Array.from({ length: 6 }, (_, i) => createBucketShelf(freshHome(), place).create('ledger/2.json', `writer ${i}`));
      expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
    } finally {
      await between.stop();
    }
  }, 60_000);

  it('waits while another conditional write is in progress, and gives up for now where it stays so', async () => {
    let conflicts = 2;
    const between = await proxy(server.endpoint, [], undefined, (url) => (!url.includes('.probe') && url.includes('PutObject') && conflicts-- > 0 ? 409 : undefined));
    try {
      const shelf = createBucketShelf(freshHome(), placeAt(between.endpoint));
      expect(await shelf.create('ledger/1.json', 'mine')).toBe(true);
      conflicts = Infinity;
      await expect(shelf.create('ledger/2.json', 'mine')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    } finally {
      await between.stop();
    }
  }, 30_000);

  it.each([
    ['no such bucket', 'nowhere-at-all', undefined, 'STORE_UNUSABLE'],
    ['nobody listening', 'store', 'http://127.0.0.1:1', 'STORE_UNREACHABLE'],
  ])('says what is wrong without a secret: %s', async (_, name, endpoint, code) => {
    const shelf = createBucketShelf(freshHome(), { ...placeAt(endpoint ?? server.endpoint), bucket: name });
    for (const act of [() => shelf.create('a/1', '1'), () => shelf.list('a'), () => shelf.read('a/1'), () => shelf.file('a/1')]) {
      const error = await act().catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code });
      expect(JSON.stringify([error, (error as Error).stack])).not.toContain('not-in-any-message');
    }
  }, 30_000);
});

describe('DRAMATIS_STORE', () => {
  const home = '/home/of/it';
  it('names a bucket, and without it the store is the folder', () => {
    expect(openShelf(home, {})).toMatchObject({ home, shared: false });
    expect(openShelf(home, { DRAMATIS_STORE: '' }).locate('runs')).toBe(`${home}/runs`);
    expect(openShelf(home, { DRAMATIS_STORE: 's3://shop/prod/eu' })).toMatchObject({ home, shared: true });
    expect(openShelf(home, { DRAMATIS_STORE: 's3://shop/prod/eu/' }).locate('runs')).toBe('s3://shop/prod/eu/runs');
    expect(openShelf(home, { DRAMATIS_STORE: 's3://shop' }).locate('runs')).toBe('s3://shop/runs');
  });

  it.each(['/srv/store', 's3://', 's3://UPPER/x', 's3://shop/../x', 's3://shop//x', 'https://shop/x'])('is refused: %s', (text) => {
    expect(() => openShelf(home, { DRAMATIS_STORE: text })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});
