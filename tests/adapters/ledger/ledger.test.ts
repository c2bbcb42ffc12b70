import {
  chmodSync,
  copyFileSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createLedger, type CheckedLedger } from '../../../src/adapters/ledger';
import { canonicalJson, leafHash, MerkleTree, openNote, parseCheckpoint, parseVerifier, sha256Hex } from '../../../src/core/audit';
import { freshHome } from '../../support/home';

const entryOf = (subject: string, body: Record<string, unknown> = {}) => ({
  type: 'run.started',
  actor: 'ana',
  reason: 'nightly',
  at: '2024-02-01T00:00:00.000Z',
  subject,
  body,
});

describe('Ledger', () => {
  let home: string;
  let ledger: CheckedLedger;
  const file = (seq: number): string => join(home, 'ledger', `${String(seq).padStart(8, '0')}.json`);
  const fill = async (count: number): Promise<void> => {
    for (let i = 1; i <= count; i++) await ledger.append(entryOf(`run-${i}`));
  };

  beforeEach(() => {
    home = freshHome();
    ledger = createLedger(home);
  });

  it('is well when it is empty', async () => {
    expect(await ledger.read()).toEqual([]);
    expect(await ledger.verify()).toEqual({ entries: 0, firstBad: null, head: null });
  });

  it('numbers entries from 1 and chains them by the hash of the file before', async () => {
    await fill(3);
    const entries = await createLedger(home).read();
    expect(entries.map(({ seq, subject }) => [seq, subject])).toEqual([
      [1, 'run-1'],
      [2, 'run-2'],
      [3, 'run-3'],
    ]);
    expect(entries.map(({ prev }) => prev)).toEqual([
      null,
      sha256Hex(readFileSync(file(1))),
      sha256Hex(readFileSync(file(2))),
    ]);
    expect(await ledger.verify()).toEqual({
      entries: 3,
      firstBad: null,
      head: { seq: 3, sha256: sha256Hex(readFileSync(file(3))) },
    });
  });

  it('appends the same thing once, however often and by whomever it is tried', async () => {
    await fill(2);
    expect(await ledger.append({ ...entryOf('run-1'), at: '2024-02-02T00:00:00.000Z' })).toEqual({ seq: 1 });
    expect(await createLedger(home).append(entryOf('run-2'))).toEqual({ seq: 2 });
    expect(await ledger.append(entryOf('run-2', { attempt: 2 }))).toEqual({ seq: 3 });
  });

  it('keeps its private key from others, and refuses one they may read', async () => {
    await fill(1);
    expect(statSync(join(home, 'keys', 'ledger.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(home, 'keys', 'ledger.pub'), 'utf8')).toContain('BEGIN PUBLIC KEY');
    chmodSync(join(home, 'keys', 'ledger.key'), 0o644);
    await expect(createLedger(home).append(entryOf('x'))).rejects.toMatchObject({ code: 'KEY_INSECURE' });
    chmodSync(join(home, 'keys', 'ledger.key'), 0o600);
    rmSync(join(home, 'keys', 'ledger.pub'));
    await createLedger(home).append(entryOf('x'));
    expect(await ledger.verify()).toMatchObject({ entries: 2, firstBad: null });
  });

  it('lets many appenders at once through, without gap or double', async () => {
    const ledgers = Array.from({ length: 4 }, () => createLedger(home));
    await Promise.all(Array.from({ length: 40 }, (_, i) => ledgers[i % 4].append(entryOf(`run-${i % 20}`))));
    expect(await ledger.verify()).toMatchObject({ entries: 20, firstBad: null });
    expect(new Set((await ledger.read()).map(({ subject }) => subject)).size).toBe(20);
  });

  it('names the entry of any one changed byte', async () => {
    await fill(4);
    const originals = [1, 2, 3, 4].map((seq) => readFileSync(file(seq)));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (i, place, change) => {
          const damaged = Buffer.from(originals[i]);
          damaged[place % damaged.length] ^= change;
          writeFileSync(file(i + 1), damaged);
          const { firstBad } = await createLedger(home).verify();
          writeFileSync(file(i + 1), originals[i]);
          expect(firstBad?.seq).toBe(i + 1);
        },
      ),
      { numRuns: 300 },
    );
    expect((await ledger.verify()).firstBad).toBeNull();
  });

  it.each([
    ['dropped', () => rmSync(file(2)), 2],
    [
      'exchanged with the next',
      () => {
        renameSync(file(2), join(home, 'x'));
        renameSync(file(3), file(2));
        renameSync(join(home, 'x'), file(3));
      },
      2,
    ],
    ['inserted twice', () => copyFileSync(file(4), file(5)), 5],
    ['spliced from another ledger', () => writeFileSync(file(2), foreign), 2],
    ['signed again with another key', () => writeFileSync(file(2), foreignInPlace()), 2],
  ])('names an entry that was %s', async (_, damage, seq) => {
    await fill(4);
    damage();
    expect((await createLedger(home).verify()).firstBad).toMatchObject({ seq });
    if (_ !== 'signed again with another key')
      await expect(createLedger(home).append(entryOf('new'))).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  let foreign: Buffer;
  let foreignEntry: Record<string, unknown>;
  beforeEach(async () => {
    const other = freshHome();
    const ledgerOfOthers = createLedger(other);
    await ledgerOfOthers.append(entryOf('run-1'));
    await ledgerOfOthers.append(entryOf('run-2'));
    foreign = readFileSync(join(other, 'ledger', readdirSync(join(other, 'ledger')).sort()[1]));
    foreignEntry = JSON.parse(foreign.toString()) as Record<string, unknown>;
  });
  /** The second entry with the signature of someone else, and the rest of the chain left as it was. */
  const foreignInPlace = (): string => {
    const own = JSON.parse(readFileSync(file(2), 'utf8')) as Record<string, unknown>;
    return canonicalJson({ ...own, signature: foreignEntry.signature });
  };

  it('finds a cut-off end only by a head kept elsewhere', async () => {
    await fill(4);
    const { head } = await ledger.verify();
    rmSync(file(4));
    expect((await createLedger(home).verify()).firstBad).toBeNull();
    expect((await createLedger(home).verify(head!)).firstBad).toMatchObject({ seq: 4 });
  });

  it('notices an entry that went missing under its hands', async () => {
    await fill(3);
    rmSync(file(3));
    await expect(ledger.append(entryOf('new'))).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  it('signs a checkpoint of all it holds, that its own verifier opens', async () => {
    await fill(5);
    const { note, verifier, origin, size, root } = await ledger.checkpoint();
    const text = openNote(note, parseVerifier(verifier)!)!;
    expect(parseCheckpoint(text)).toEqual({ origin, size, root });
    const leaves = [1, 2, 3, 4, 5].map((seq) => leafHash(readFileSync(file(seq))));
    expect([origin, size, root]).toEqual([`dramatis/ledger/${sha256Hex(readFileSync(file(1))).slice(0, 16)}`, 5, new MerkleTree(leaves).root()]);
    expect((await createLedger(home).checkpoint()).note).toBe(note);
  });

  it('signs no checkpoint of a damaged ledger, nor of none', async () => {
    await expect(ledger.checkpoint()).rejects.toMatchObject({ code: 'LEDGER_EMPTY' });
    await fill(3);
    writeFileSync(file(2), readFileSync(file(2), 'utf8').replace('nightly', 'nightlx'));
    await expect(createLedger(home).checkpoint()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT', details: { seq: 2 } });
  });
});
