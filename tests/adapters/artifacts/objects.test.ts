import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createArtifactStore } from '../../../src/adapters/artifacts';
import { freshHome } from '../../support/home';

const failure = (code: string) => expect.objectContaining({ code });
const placeOf = (home: string, sha256: string): string =>
  join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));

describe('ArtifactStore', () => {
  let home: string;
  beforeEach(() => {
    home = freshHome();
  });

  it('names bytes by their SHA-256 and gives them back', async () => {
    const store = createArtifactStore(home);
    const ref = await store.writeBytes('clean.lines', Buffer.from('abc'), 3);
    // SHA-256 of "abc" in FIPS 180-4
    expect(ref).toEqual({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      bytes: 3,
      rows: 3,
      kind: 'clean.lines',
    });
    expect(readFileSync(placeOf(home, ref.sha256), 'utf8')).toBe('abc');
    expect((await store.readBytes(ref)).toString()).toBe('abc');
  });

  it('gives equal names to equal values, whatever the order of their keys', async () => {
    const store = createArtifactStore(home);
    const [a, b] = [await store.writeJson('x.y', { b: 1, a: [2] }), await store.writeJson('x.y', { a: [2], b: 1 })];
    expect(a).toEqual(b);
    expect(await store.readJson(a)).toEqual({ a: [2], b: 1 });
  });

  it('writes files for their owner alone, in folders for their owner alone', async () => {
    const ref = await createArtifactStore(join(home, 'new')).writeBytes('x.y', Buffer.from('abc'));
    const file = placeOf(join(home, 'new'), ref.sha256);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const folder of ['new', 'new/objects', 'new/objects/sha256/ba', 'new/tmp'])
      expect(statSync(join(home, folder)).mode & 0o777).toBe(0o700);
  });

  it('adopts a temporary file, its mode included, and leaves nothing behind', async () => {
    const store = createArtifactStore(home);
    const temporary = await store.temporary('parquet');
    writeFileSync(temporary, 'abc', { mode: 0o644 });
    const ref = await store.adopt('clean.lines', temporary, 1);
    expect(await store.path(ref)).toBe(placeOf(home, ref.sha256));
    expect(statSync(await store.path(ref)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });

  it('does not write an object again that is there', async () => {
    const store = createArtifactStore(home);
    const ref = await store.writeBytes('x.y', Buffer.from('abc'));
    const { ino } = statSync(placeOf(home, ref.sha256));
    await store.writeBytes('x.y', Buffer.from('abc'));
    const temporary = await store.temporary('');
    writeFileSync(temporary, 'abc');
    await store.adopt('x.y', temporary, null);
    expect(statSync(placeOf(home, ref.sha256)).ino).toBe(ino);
    expect(existsSync(temporary)).toBe(false);
  });

  it('refuses an object that is missing, naming it', async () => {
    const missing = { sha256: 'ab'.repeat(32), bytes: 1, rows: null, kind: 'clean.lines' };
    const store = createArtifactStore(home);
    for (const read of [store.path(missing), store.readBytes(missing), store.readJson(missing)]) {
      await expect(read).rejects.toEqual(failure('OBJECT_MISSING'));
    }
    await expect(store.path(missing)).rejects.toThrow(`object ${missing.sha256} (clean.lines)`);
    await expect(store.path({ ...missing, sha256: '../../keys/ledger.key' })).rejects.toEqual(
      failure('OBJECT_MISSING'),
    );
  });

  it('finds any one flipped bit in a file it never read before', async () => {
    const content = Buffer.from(Array.from({ length: 300 }, (_, i) => i % 251));
    const ref = await createArtifactStore(home).writeBytes('x.y', content);
    const place = placeOf(home, ref.sha256);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(content);
        damaged[bit >> 3] ^= 1 << (bit & 7);
        writeFileSync(place, damaged);
        const store = createArtifactStore(home);
        await expect(store.path(ref)).rejects.toEqual(failure('OBJECT_CORRUPT'));
        await expect(store.readBytes(ref)).rejects.toEqual(failure('OBJECT_CORRUPT'));
      }),
    );
  });

  it('finds a change to a file it had checked, even if size and modification time stay', async () => {
    const store = createArtifactStore(home);
    const ref = await store.writeBytes('x.y', Buffer.from('abc'));
    const place = await store.path(ref);
    const { atime, mtime } = statSync(place);
    writeFileSync(place, 'abd');
    utimesSync(place, atime, mtime);
    await expect(store.path(ref)).rejects.toEqual(failure('OBJECT_CORRUPT'));
  });

  it('heals a damaged object when its right bytes are written again', async () => {
    const store = createArtifactStore(home);
    const ref = await store.writeBytes('x.y', Buffer.from('abc'));
    writeFileSync(placeOf(home, ref.sha256), 'ab');
    await store.writeBytes('x.y', Buffer.from('abc'));
    expect((await store.readBytes(ref)).toString()).toBe('abc');
  });

  it('lets many writers of the same bytes through at once', async () => {
    const store = createArtifactStore(home);
    const refs = await Promise.all(Array.from({ length: 20 }, () => store.writeBytes('x.y', Buffer.alloc(100_000, 7))));
    expect(new Set(refs.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });

  it('passes on what the file system refuses', async () => {
    mkdirSync(join(home, 'tmp'));
    writeFileSync(join(home, 'objects'), 'a file where the folder should be');
    chmodSync(join(home, 'objects'), 0o600);
    await expect(createArtifactStore(home).writeBytes('x.y', Buffer.from('abc'))).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });
});
