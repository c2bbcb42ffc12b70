import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReleaseStore, type CheckedReleaseStore } from '../../../src/adapters/releases';
import { sha256Hex } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { draftOf } from '../../support/release';

describe('ReleaseStore', () => {
  let home: string;
  let releases: CheckedReleaseStore;
  const line = (): string => join(home, 'releases', 'shop', 'prod');
  const pointer = (): string => join(home, 'refs', 'shop', 'prod', 'current.json');
  const current = async () => (await releases.current('shop', 'prod'))?.n;
  const commitThree = async (): Promise<void> => {
    await releases.commit(draftOf('a'), null);
    await releases.commit(draftOf('b', { asOf: '2024-02-01' }), 1);
    await releases.commit(draftOf('c', { asOf: '2024-02-02' }), 2);
  };

  beforeEach(() => {
    home = freshHome();
    releases = createReleaseStore(home);
  });

  it('has nothing before the first release', async () => {
    expect(await current()).toBeUndefined();
    expect(await releases.list('shop', 'prod')).toEqual([]);
    await expect(releases.read('shop', 'prod', 1)).rejects.toMatchObject({
      code: 'RELEASE_NOT_FOUND',
      message: expect.stringContaining('none yet'),
    });
  });

  it('chains commits by the hash of the file before', async () => {
    await commitThree();
    const [one, two] = [readFileSync(join(line(), '1.json')), readFileSync(join(line(), '2.json'))];
    expect(await releases.read('shop', 'prod', 1)).toMatchObject({
      n: 1,
      previous: null,
      previousSha256: null,
      promoted: true,
    });
    expect(await releases.read('shop', 'prod', 2)).toMatchObject({ n: 2, previous: 1, previousSha256: sha256Hex(one) });
    expect(await releases.read('shop', 'prod', 3)).toMatchObject({ n: 3, previous: 2, previousSha256: sha256Hex(two) });
    expect(await releases.verify('shop', 'prod')).toEqual({ releases: 3, problems: [] });
    expect(await current()).toBe(3);
    await expect(releases.read('shop', 'prod', 4)).rejects.toMatchObject({
      code: 'RELEASE_NOT_FOUND',
      message: expect.stringContaining('1 to 3'),
    });
  });

  describe('without promotion', () => {
    const aside = { promote: false, chosenParent: true };

    it('commits what was asked for and leaves current as it is, whatever the parent', async () => {
      await commitThree();
      const { commit, created } = await releases.commit(draftOf('d', { asOf: '2024-02-05', parent: 1 }), 1, aside);
      expect({ created, ...commit }).toMatchObject({ created: true, n: 4, promoted: false, superseded: false, parent: 1 });
      expect(await current()).toBe(3);
      expect((await releases.commit(draftOf('d', { asOf: '2024-02-05', parent: 1 }), 1, aside)).created).toBe(false);
      expect(await releases.verify('shop', 'prod')).toEqual({ releases: 4, problems: [] });
    });

    it('commits the same once more when it may be promoted, and never a third time', async () => {
      await releases.commit(draftOf('a'), null);
      await releases.commit(draftOf('d', { asOf: '2024-02-05' }), null, aside);
      const promoted = await releases.commit(draftOf('d', { asOf: '2024-02-05' }), null);
      expect(promoted).toMatchObject({ created: true, commit: { n: 3, promoted: true } });
      expect(await current()).toBe(3);
      for (const placing of [undefined, aside]) expect(await releases.commit(draftOf('d', { asOf: '2024-02-05' }), null, placing)).toMatchObject({ created: false, commit: { n: 3 } });
    });

    it('cannot overtake a later day even if it may be promoted', async () => {
      await commitThree();
      const late = { promote: true, chosenParent: true };
      expect(await releases.commit(draftOf('d', { asOf: '2024-01-15', parent: null }), null, late)).toMatchObject({ commit: { promoted: false, superseded: true } });
      expect(await current()).toBe(3);
      expect((await releases.commit(draftOf('d', { asOf: '2024-01-15', parent: null }), null, late)).created).toBe(false);
      // Of the current day itself it may, without having been matched to it.
      expect(await releases.commit(draftOf('e', { asOf: '2024-02-02', parent: 1 }), 1, late)).toMatchObject({ commit: { n: 5, promoted: true } });
    });
  });

  it('commits a key once, also after others followed, and whatever the parent', async () => {
    await commitThree();
    const again = await releases.commit(draftOf('a', { runId: 'shop-prod-2024-01-31-2', parent: 3 }), 3);
    expect(again).toMatchObject({ created: false, commit: { n: 1, runId: 'shop-prod-2024-01-31-1' } });
    expect(await releases.list('shop', 'prod')).toHaveLength(3);
    expect((await releases.findByIdempotencyKey('shop', 'prod', 'b'))?.n).toBe(2);
    expect(await releases.findByIdempotencyKey('shop', 'prod', 'z')).toBeUndefined();
  });

  it('keeps projects and environments apart', async () => {
    await releases.commit(draftOf('a'), null);
    expect((await releases.commit(draftOf('a', { environment: 'test' }), null)).commit).toMatchObject({
      n: 1,
      previous: null,
    });
    expect(await releases.current('shop', 'other')).toBeUndefined();
  });

  it('refuses a run whose personas were matched to a release that is no longer current', async () => {
    await releases.commit(draftOf('a'), null);
    await releases.commit(draftOf('b'), 1);
    await expect(releases.commit(draftOf('c'), 1)).rejects.toMatchObject({
      code: 'RELEASE_MOVED',
      details: { expected: 1, current: 2 },
    });
    await expect(releases.commit(draftOf('c'), null)).rejects.toMatchObject({
      code: 'RELEASE_MOVED',
      details: { expected: null, current: 2 },
    });
    expect(await releases.list('shop', 'prod')).toHaveLength(2);
  });

  it('commits a run of an earlier day without promoting it', async () => {
    await releases.commit(draftOf('a', { asOf: '2024-02-02' }), null);
    const late = await releases.commit(draftOf('b', { asOf: '2024-02-01' }), 1);
    expect(late.commit).toMatchObject({ n: 2, promoted: false, superseded: true });
    expect(await current()).toBe(1);
    // What came later on the same day as the current release replaces it.
    expect((await releases.commit(draftOf('c', { asOf: '2024-02-02' }), 1)).commit).toMatchObject({
      n: 3,
      promoted: true,
      superseded: false,
    });
    expect(await current()).toBe(3);
  });

  it.each([
    ['missing', () => rmSync(pointer())],
    ['garbage', () => writeFileSync(pointer(), '{"n":')],
    [
      'behind',
      () =>
        writeFileSync(
          pointer(),
          JSON.stringify({ format: 1, n: 1, sha256: sha256Hex(readFileSync(join(line(), '1.json'))) }),
        ),
    ],
    ['ahead of all commits', () => writeFileSync(pointer(), '{"format":1,"n":9,"sha256":"x"}')],
    ['at another file than it says', () => writeFileSync(pointer(), '{"format":1,"n":2,"sha256":"x"}')],
  ])('rebuilds a pointer that is %s', async (_, damage) => {
    await commitThree();
    damage();
    expect(await current()).toBe(3);
    expect(JSON.parse(readFileSync(pointer(), 'utf8'))).toEqual({
      format: 1,
      n: 3,
      sha256: sha256Hex(readFileSync(join(line(), '3.json'))),
    });
  });

  it('does not follow a pointer to a release that was not promoted', async () => {
    await releases.commit(draftOf('a', { asOf: '2024-02-02' }), null);
    await releases.commit(draftOf('b', { asOf: '2024-02-01' }), 1);
    writeFileSync(
      pointer(),
      JSON.stringify({ format: 1, n: 2, sha256: sha256Hex(readFileSync(join(line(), '2.json'))) }),
    );
    expect(await current()).toBe(1);
  });

  it.each([
    [
      'a changed commit',
      () =>
        writeFileSync(
          join(line(), '2.json'),
          readFileSync(join(line(), '2.json'), 'utf8').replace('nightly', 'nightlx'),
        ),
      'release 2',
    ],
    ['a missing commit', () => rmSync(join(line(), '2.json')), 'release 2 of shop/prod is missing'],
    [
      'a truncated commit',
      () => writeFileSync(join(line(), '2.json'), '{"format":1'),
      'release 2 of shop/prod is no JSON',
    ],
    [
      'a commit under another number',
      () => renameSync(join(line(), '3.json'), join(line(), '4.json')),
      'release 4 of shop/prod says it is release 3',
    ],
    [
      'exchanged commits',
      () => {
        renameSync(join(line(), '1.json'), join(line(), 'x'));
        renameSync(join(line(), '2.json'), join(line(), '1.json'));
        renameSync(join(line(), 'x'), join(line(), '2.json'));
      },
      'release 1 of shop/prod says it is release 2',
    ],
  ])('finds %s, and builds nothing on it', async (_, damage, problem) => {
    await commitThree();
    damage();
    expect((await releases.verify('shop', 'prod')).problems.join('\n')).toContain(problem);
    await expect(releases.commit(draftOf('d', { asOf: '2024-02-03' }), 3)).rejects.toMatchObject({
      code: expect.stringMatching(/^OBJECT_(CORRUPT|MISSING)$/),
    });
    expect(readdirSync(line())).not.toContain('5.json');
  });

  it('refuses a commit of a later format', async () => {
    await releases.commit(draftOf('a'), null);
    const file = join(line(), '1.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"format":1', '"format":2'));
    await expect(releases.read('shop', 'prod', 1)).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' });
  });

  it('refuses names that would leave the store', async () => {
    await expect(releases.current('..', 'prod')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(releases.commit(draftOf('a', { environment: '../../x' }), null)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('lets one of several writers at once through per key, and none twice', async () => {
    const stores = Array.from({ length: 4 }, () => createReleaseStore(home));
    const commitAfresh = async (store: CheckedReleaseStore, key: string): Promise<boolean> => {
      for (;;) {
        const expected = (await store.current('shop', 'prod'))?.n ?? null;
        try {
          return (await store.commit(draftOf(key), expected)).created;
        } catch (error) {
          if ((error as { code?: string }).code !== 'RELEASE_MOVED') throw error;
        }
      }
    };
    const created = await Promise.all(
      Array.from({ length: 24 }, (_, i) => commitAfresh(stores[i % 4], `key ${i % 8}`)),
    );
    expect(created.filter(Boolean)).toHaveLength(8);
    expect(await releases.verify('shop', 'prod')).toEqual({ releases: 8, problems: [] });
    expect(await current()).toBe(8);
  });
});
