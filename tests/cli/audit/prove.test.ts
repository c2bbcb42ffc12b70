import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLedger } from '../../../src/adapters/ledger';
import { verifierText } from '../../../src/core/audit';
import { makeSigner } from '../../support/audit-logs';
import { publishedStore } from '../../support/audit-store';
import { freshHome } from '../../support/home';
import { dramatis } from '../support';

const RUN = 'shop-prod-2024-01-31-1';

describe('audit prove', () => {
  let home: string;
  let folder: string;
  let kept: string;
  let verifier: string;
  const prove = (...args: string[]) => dramatis('audit', 'prove', '--home', home, ...args);
  const value = async (...args: string[]) => JSON.parse((await prove('--json', ...args)).stdout) as Record<string, unknown> & { error?: { code: string; message: string } };
  /** As an auditor has it: no store, no project. */
  const check = async (...args: string[]) => {
    const { code, stdout } = await dramatis('audit', 'prove', '--home', join(folder, 'none'), '--json', '--check', ...args);
    return { code, ...(JSON.parse(stdout) as { ok?: boolean; problems?: string[]; entry?: unknown; ledger?: unknown; grewFrom?: unknown; error?: { code: string; message: string } }) };
  };

  beforeAll(async () => {
    [home, folder] = [freshHome(), freshHome()];
    await publishedStore(home, 1);
    const checkpoint = await createLedger(home).checkpoint();
    verifier = checkpoint.verifier;
    kept = join(folder, 'kept.checkpoint');
    writeFileSync(kept, checkpoint.note);
    for (let i = 0; i < 6; i++)
      await createLedger(home).append({ type: 'note', actor: 'ana', reason: 'more', at: '2024-02-02T00:00:00.000Z', subject: `thing-${i}`, body: {} });
  });

  it.each([
    ['7', { seq: 7, type: 'note', subject: 'thing-1' }],
    ['shop/prod/1', { seq: 3, type: 'release.published', subject: 'shop/prod/1' }],
    [RUN, { seq: 4, type: 'run.finished', subject: RUN }],
  ])('proves %s to somebody who has not the store', async (what, entry) => {
    const file = join(folder, `${entry.seq}.tlog-proof`);
    expect(await value(what, '--out', file, '--against', kept)).toMatchObject({ entry, size: 11, from: 5, file });
    expect(readFileSync(file, 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra /);
    expect(await check(file, '--key', verifier)).toMatchObject({ code: 0, ok: true, entry, ledger: { size: 11 }, grewFrom: null });
    expect(await check(file, '--key', verifier, '--against', kept)).toMatchObject({ code: 0, ok: true, problems: [], entry, grewFrom: 5 });
  });

  it('writes nothing into the store', async () => {
    const before = readdirSync(home, { recursive: true });
    await prove('1');
    expect(readdirSync(home, { recursive: true })).toEqual(before);
  });

  it('proves in a checkpoint that is given, and prints what it writes', async () => {
    const file = join(folder, 'at.tlog-proof');
    const { stdout } = await prove('2', '--at', kept);
    writeFileSync(file, stdout);
    expect(stdout.endsWith(readFileSync(kept, 'utf8'))).toBe(true);
    expect(await check(file, '--key', verifier)).toMatchObject({ ok: true, entry: { seq: 2 }, ledger: { size: 5 } });
    expect((await value('7', '--at', kept)).error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('covers 5 entries') as string });
  });

  it('refuses another key, a changed proof, and a checkpoint of a ledger that was rewritten', async () => {
    const file = join(folder, '7.tlog-proof');
    await prove('7', '--out', file, '--against', kept);
    const name = verifier.slice(0, verifier.indexOf('+'));
    const another = verifierText({ name, key: createPublicKey(makeSigner().publicPem) });
    expect(await check(file, '--key', another)).toMatchObject({ code: 1, ok: false, entry: null, problems: [expect.stringContaining('not signed with the key given')] });
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('\nindex 6\n', '\nindex 5\n'));
    expect(await check(file, '--key', verifier)).toMatchObject({ code: 1, problems: [expect.stringContaining('is not entry 6')] });
    writeFileSync(file, text);
    // Another store, whose ledger is another one.
    const other = freshHome();
    await publishedStore(other, 1);
    const foreign = join(folder, 'foreign.checkpoint');
    writeFileSync(foreign, (await createLedger(other).checkpoint()).note);
    expect(await check(file, '--key', verifier, '--against', foreign)).toMatchObject({ code: 1, problems: [expect.stringContaining('kept elsewhere is not signed')] });
    expect((await value('7', '--against', foreign)).error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('no checkpoint that this ledger gives') as string });
  });

  it('says what is missing or cannot be', async () => {
    const file = join(folder, '1.tlog-proof');
    await prove('1', '--out', file);
    expect(await check(file)).toMatchObject({ error: { code: 'CONFIG_INVALID', message: expect.stringContaining('--key VERIFIER') } });
    expect(await check(file, '--key', 'x')).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
    expect(await check(join(folder, 'no'), '--key', verifier)).toMatchObject({ error: { code: 'CONFIG_INVALID', message: expect.stringContaining('ENOENT') } });
    expect(await check(file, '--key', verifier, '--against', kept)).toMatchObject({ error: { message: expect.stringContaining('1.tlog-proof.consistency cannot be read') } });
    // Whoever has the store may do without a key.
    const { code, stdout, stderr } = await prove('--check', file);
    expect([code, stdout]).toEqual([0, expect.stringContaining('ledger entry 1 (run.started')]);
    expect(stderr).toContain('the key is the one in the store');
    expect((await value('99')).error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('there are 1 to 11') as string });
    expect((await value('shop/prod/9')).error).toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect((await value('shop-prod-2024-01-31-9')).error).toMatchObject({ code: 'RUN_NOT_FOUND' });
    expect((await value()).error).toMatchObject({ code: 'USAGE' });
    expect((await value('1', '--check', file)).error).toMatchObject({ code: 'USAGE' });
    expect((await prove('1', '--against', kept)).stderr).toContain('--out');
  });

  it('proves nothing with a ledger that was changed', async () => {
    const path = join(home, 'ledger', '00000009.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('more', 'less'));
    expect((await value('1')).error).toMatchObject({ code: 'LEDGER_CORRUPT' });
    expect((await value('1', '--at', kept)).error).toMatchObject({ code: 'LEDGER_CORRUPT' });
    writeFileSync(path, text);
  });
});
