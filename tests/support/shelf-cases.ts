import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Shelf } from '../../src/adapters/shelf';
import { temporaryPath } from '../../src/adapters/artifacts/files';
import { sha256Hex } from '../../src/core/audit';

/** A place and as many users of it as wanted: processes on one disk, or hosts with a bucket between them. */
interface Kind {
  open(): Shelf;
}

/** What a store relies on, whatever it lies in. */
export function shelfCases(kindOf: () => Kind): void {
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
