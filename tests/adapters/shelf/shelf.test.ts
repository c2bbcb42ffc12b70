import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { connect, createBucketShelf, createFolderShelf, openShelf, type BucketPlace, type Shelf } from '../../../src/adapters/shelf';
import { temporaryPath } from '../../../src/adapters/artifacts/files';
import { sha256Hex } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { proxy, startS3, type S3Server } from '../../support/s3';
import { describeWithS3 } from '../../support/services';

/** A place and as many users of it as wanted: processes on one disk, or hosts with a bucket between them. */
interface Kind {
  open(): Shelf;
}

/** What a store relies on, whatever it lies in. */
function behaves(kindOf: () => Kind): void {
  let kind: Kind;
  let shelf: Shelf;
  beforeEach(() => {
    kind = kindOf();
    shelf = kind.open();
  });

  it('keeps what is created, and says so to one of 20 writers', async () => {
    for (let round = 0; round < 5; round++) {
      const key = `ledger/${round}.json`;
      const writers = Array.from({ length: 20 }, (_, i) => ({ shelf: kind.open(), text: `writer ${i}` }));
      const created = await Promise.all(writers.map((writer) => writer.shelf.create(key, writer.text)));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await shelf.read(key)).toBe(writers[created.indexOf(true)]!.text);
    }
  }, 60_000);

  it('loses no change of those who change the same record', async () => {
    const add = (n: number) => (text = '0') => String(Number(text) + n);
    await Promise.all(Array.from({ length: 20 }, (_, i) => shelf.change('runs/a/run.json', add(i))));
    expect(await shelf.read('runs/a/run.json')).toBe('190');
    expect(await shelf.change('runs/a/run.json', () => undefined)).toBe('190');
    expect(await shelf.change('runs/b/run.json', () => undefined)).toBeUndefined();
    expect(await shelf.has('runs/b/run.json')).toBe(false);
  }, 60_000);

  it('does with keys what a map does', async () => {
    const key = fc.constantFrom('a/1.json', 'a/2.json', 'a/b/1.json', 'a/b/c/1.json', 'd/1.json');
    const text = fc.string({ maxLength: 20, unit: 'binary' });
    const step = fc.oneof(
      fc.record({ act: fc.constant('create' as const), key, text }),
      fc.record({ act: fc.constant('replace' as const), key, text }),
      fc.record({ act: fc.constant('change' as const), key, text }),
      fc.record({ act: fc.constant('remove' as const), key, text }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const fresh = kindOf().open();
        const model = new Map<string, string>();
        for (const { act, key: name, text: value } of steps) {
          if (act === 'create') expect(await fresh.create(name, value)).toBe(!model.has(name));
          else if (act === 'replace') await fresh.replace(name, value);
          else if (act === 'remove') await fresh.remove(name);
          else expect(await fresh.change(name, (there = '') => there + value)).toBe((model.get(name) ?? '') + value);
          if (act === 'remove') model.delete(name);
          else if (act === 'change') model.set(name, (model.get(name) ?? '') + value);
          else if (act === 'replace' || !model.has(name)) model.set(name, value);
          expect(await fresh.read(name)).toBe(model.get(name));
          expect(await fresh.has(name)).toBe(model.has(name));
        }
        // An emptied folder may stay where folders are a thing of their own.
        const leaves = (folder: string) => [...model.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1));
        for (const folder of ['a', 'a/b', 'd', 'nowhere']) {
          const files = (await fresh.list(folder)).filter((name) => name.endsWith('.json'));
          expect(files).toEqual(leaves(folder).filter((name) => !name.includes('/')).sort());
        }
        if (leaves('a/b').length > 0) expect(await fresh.list('a')).toContain('b');
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('lists more than a page holds, and what comes after a name', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `${String(i).padStart(8, '0')}.json`);
    await Promise.all(names.map((name) => shelf.create(`ledger/${name}`, name)));
    expect(await shelf.list('ledger')).toEqual(names);
    expect((await shelf.list('ledger', names[26])).filter((name) => name > names[26])).toEqual(names.slice(27));
  }, 30_000);

  it('gives a folder’s name to one of those who want it, and to another when it is given back', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => kind.open().take('runs/shop-1')));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await shelf.list('runs')).toEqual(['shop-1']);
    await shelf.giveBack('runs/shop-1');
    expect(await shelf.list('runs')).toEqual([]);
    expect(await shelf.take('runs/shop-1')).toBe(true);
  }, 30_000);

  it('keeps files whole, for every user of it', async () => {
    const bytes = Buffer.alloc(300_000, 'dramatis');
    const temporary = await temporaryPath(shelf.home);
    await writeFile(temporary, bytes);
    await shelf.place(temporary, 'objects/sha256/ab/1');
    const other = kind.open();
    for (const user of [shelf, other]) expect(readFileSync(await user.file('objects/sha256/ab/1')).equals(bytes)).toBe(true);
    expect(await other.hash('objects/sha256/ab/1')).toEqual({ sha256: sha256Hex(bytes), bytes: bytes.byteLength });
    expect(await other.hash('objects/sha256/ab/2')).toBeUndefined();
    expect(() => readFileSync(`${shelf.home}/nothing`)).toThrow();
    await expect(other.file('objects/sha256/ab/2').then((path) => readFileSync(path))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(join(shelf.home, 'tmp'))).toEqual([]);
  });

  it('returns bytes as they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await shelf.create('vault/1/map/a', bytes);
    await shelf.create('vault/1/erased/b', Buffer.alloc(0));
    expect((await shelf.readBytes('vault/1/map/a'))?.equals(bytes)).toBe(true);
    expect(await shelf.readBytes('vault/1/erased/b')).toHaveLength(0);
    expect(await shelf.readBytes('vault/1/map/b')).toBeUndefined();
  });
}

describe('a folder', () => {
  behaves(() => {
    const home = freshHome();
    return { open: () => createFolderShelf(home) };
  });
});

describeWithS3('a bucket', () => {
  let server: S3Server;
  let bucket: string;
  let buckets = 0;
  const credentials = { accessKeyId: 'key', secretAccessKey: 'not-in-any-message' };
  const placeAt = (endpoint: string, prefix = `p${++buckets}/`): BucketPlace => ({ bucket, prefix, endpoint, region: 'us-east-1', credentials });
  beforeAll(async () => {
    server = await startS3();
    bucket = 'store';
    await server.make(bucket);
  }, 60_000);
  afterAll(() => server?.stop());

  behaves(() => {
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
