import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openStore, type Store } from '../../../src/adapters/store';
import { bundleOf } from '../../../src/cli/audit/bundle';
import { tar } from '../../../src/cli/audit/tar';
import { publishedStore } from '../../support/audit-store';
import { bundle as compiled } from '../../support/bundle';
import { freshHome } from '../../support/home';

describe('a bundle', () => {
  let store: Store;
  let runId: string;
  let script: string;
  let checkpoint: string;
  let key: string;
  let made: string;
  const unpack = async (tables: boolean, against?: string): Promise<string> => {
    const folder = freshHome();
    for (const [name, bytes] of await bundleOf(store, runId, { tables, script, ...(against !== undefined && { against }) })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    return folder;
  };
  /** The script alone, with nothing else of this project in reach. */
  const verify = (folder: string, ...args: string[]): { readonly code: number | null; readonly out: string } => {
    const { status, stdout } = spawnSync(process.execPath, [join(folder, 'verify.js'), folder, ...args], { cwd: '/', env: {}, encoding: 'utf8' });
    return { code: status, out: stdout };
  };
  const wrongIn = (out: string): string[] => out.split('\n').filter((line) => line.startsWith('✗'));
  const copy = (): string => {
    const folder = freshHome();
    cpSync(made, folder, { recursive: true });
    return folder;
  };

  beforeAll(async () => {
    const home = freshHome();
    [runId] = await publishedStore(home, 1);
    store = openStore(home);
    ({ note: checkpoint, verifier: key } = await store.ledger.checkpoint());
    for (let i = 0; i < 6; i++) await store.ledger.append({ type: 'note', actor: 'ana', reason: 'more', at: '2024-02-02T00:00:00.000Z', subject: `thing-${i}`, body: {} });
    script = compiled('src/cli/audit/bundle-verifier.ts');
    made = await unpack(true, checkpoint);
  });

  it('is found well by a script that needs nothing but Node, also against a checkpoint kept elsewhere', () => {
    const kept = join(freshHome(), 'checkpoint');
    writeFileSync(kept, checkpoint);
    const { code, out } = verify(made, '--key', key, '--checkpoint', kept);
    expect([code, wrongIn(out)]).toEqual([0, []]);
    expect(out).toContain('the ledger grew out of the checkpoint given');
    expect(out).not.toContain('own; compare');
    expect(readFileSync(script, 'utf8').match(/require\("(?!node:)/g)).toBeNull();
    expect(readFileSync('src/cli/audit/bundle-verifier.ts', 'utf8').split('\n').length).toBeLessThanOrEqual(300);
  });

  it('leaves tables of customers out unless asked for them, and is verified all the same', async () => {
    const folder = await unpack(false);
    expect(readdirSync(join(folder, 'objects')).length).toBeLessThan(readdirSync(join(made, 'objects')).length);
    const { code, out } = verify(folder);
    expect(code).toBe(0);
    expect(out).toContain('are not in the bundle');
    for (const file of readdirSync(join(folder, 'objects'))) expect(readFileSync(join(folder, 'objects', file)).toString('latin1')).not.toContain('c_01');
  });

  it('is found damaged by any one flipped bit, in whichever file', () => {
    const files = readdirSync(made, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(made.length + 1));
    // Text for people, the script itself, and what nobody signed.
    const evidence = files.filter((file) => !['README.md', 'verify.js', 'lineage.ndjson', 'bundle.json'].includes(file));
    expect(evidence.length).toBeGreaterThan(20);
    for (const [i, file] of evidence.entries()) {
      const folder = copy();
      const bytes = readFileSync(join(folder, file));
      bytes[(7919 * (i + 1)) % bytes.length] ^= 1 << (i % 8);
      writeFileSync(join(folder, file), bytes);
      const { code, out } = verify(folder, '--key', key);
      const name = /^ledger\/0*(\d+)/.exec(file) ? `ledger entry ${Number(/\d+/.exec(file)![0])}` : file.replace('objects/', 'object ');
      expect([file, code, wrongIn(out).some((line) => line.includes(name))]).toEqual([file, 1, true]);
    }
  });

  it.each<readonly [string, (folder: string) => void, string]>([
    ['an entry taken out', (folder) => rmSync(join(folder, 'ledger', '00000002.json')), 'ledger entry 2 is missing'],
    ['a file added', (folder) => writeFileSync(join(folder, 'objects', 'x'), ''), 'objects/x is named by nothing'],
    ['the release taken out, with its entries', (folder) => {
      rmSync(join(folder, 'release.json'));
      for (const seq of [2, 3]) rmSync(join(folder, 'ledger', `0000000${seq}.json`));
      const list = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as { entries: { seq: number }[] };
      writeFileSync(join(folder, 'bundle.json'), JSON.stringify({ ...list, entries: list.entries.filter(({ seq }) => seq !== 2 && seq !== 3) }));
    }, 'lacks the entry of the release'],
    ['another number in a proof', (folder) => {
      const list = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as { entries: { proof: string[] }[] };
      list.entries[0].proof.reverse();
      writeFileSync(join(folder, 'bundle.json'), JSON.stringify(list));
    }, 'ledger entry 1 is not part of the ledger'],
  ])('with %s is refused', (_, damage, said) => {
    const folder = copy();
    damage(folder);
    const { code, out } = verify(folder, '--key', key);
    expect(code).toBe(1);
    expect(wrongIn(out).join('\n')).toContain(said);
  });

  it('is not taken for that of another ledger, nor of another key', async () => {
    const other = freshHome();
    await publishedStore(other, 1);
    const foreign = await openStore(other).ledger.checkpoint();
    expect(verify(made, '--key', foreign.verifier)).toMatchObject({ code: 1, out: expect.stringContaining('checkpoint is not signed with the key') });
    const file = join(freshHome(), 'cp');
    writeFileSync(file, foreign.note);
    expect(verify(made, '--checkpoint', file)).toMatchObject({ code: 1, out: expect.stringContaining('is not signed with this key') });
    expect(verify(made, '--key', 'nonsense').code).toBe(2);
  });

  it('is not made of a run whose records are damaged', async () => {
    const home = freshHome();
    cpSync(store.home, home, { recursive: true });
    rmSync(join(home, 'runs', runId, 'manifest.dsse.json'));
    await expect(bundleOf(openStore(home), runId, { tables: false, script })).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', details: { object: `envelope of run ${runId}` } });
  });
});

it('writes archives that tar reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-tar-'));
  try {
    const files = new Map([['a.txt', Buffer.from('x')], [`objects/${'f'.repeat(64)}`, Buffer.alloc(1025, 7)], ['empty', Buffer.alloc(0)]]);
    writeFileSync(join(folder, 'x.tar'), tar(files));
    execFileSync('tar', ['xf', 'x.tar'], { cwd: folder });
    for (const [name, bytes] of files) expect(readFileSync(join(folder, name))).toEqual(bytes);
    expect(existsSync(join(folder, 'objects'))).toBe(true);
    expect(() => tar(new Map([['n'.repeat(101), Buffer.alloc(0)]]))).toThrow(RangeError);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
