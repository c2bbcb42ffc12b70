import { createPublicKey } from 'node:crypto';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditStore, type AuditReport } from '../../../src/adapters/audit';
import { createLedger } from '../../../src/adapters/ledger';
import { createReleaseStore } from '../../../src/adapters/releases';
import { digestOf, verifierText } from '../../../src/core/audit';
import { publishedStore } from '../../support/audit-store';
import { makeSigner } from '../../support/audit-logs';
import { freshHome } from '../../support/home';

const RUN = 'shop-prod-2024-01-31-1';
const SECOND = 'shop-prod-2024-02-01-1';

describe('auditStore', () => {
  let untouched: string;
  let home: string;
  let checkpoint: string;
  let verifier: string;
  beforeAll(async () => {
    untouched = freshHome();
    await publishedStore(untouched, 2);
    ({ note: checkpoint, verifier } = await createLedger(untouched).checkpoint());
  });
  beforeEach(() => {
    home = freshHome();
    cpSync(untouched, home, { recursive: true });
  });
  const audit = (more: Partial<Parameters<typeof auditStore>[0]> = {}): Promise<AuditReport> => auditStore({ home, ...more });
  const objects = ({ problems }: AuditReport): string[] => problems.map(({ object }) => object);
  const edit = (path: string, change: (text: string) => string): void => writeFileSync(join(home, path), change(readFileSync(join(home, path), 'utf8')));

  it('finds nothing wrong with a store that nobody changed, and counts what it looked at', async () => {
    const report = await audit({ against: checkpoint });
    expect(report).toMatchObject({ ok: true, problems: [], outside: { provenUpTo: 10 }, ledger: { size: 10, verifier } });
    expect(report.checked).toMatchObject({ entries: 10, releases: 2, runs: 2, manifests: 2, envelopes: 2, histories: 2 });
    expect(report.checked.objects).toBeGreaterThan(20);
  });

  it('reads only what belongs to one run when asked for it', async () => {
    rmSync(join(home, 'runs', SECOND), { recursive: true });
    expect(await audit({ runId: RUN })).toMatchObject({ ok: true, checked: { runs: 1, manifests: 1, histories: 1 } });
    await expect(audit({ runId: 'shop-prod-2024-01-31-9' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('leaves the bytes of artifacts unread when asked to', async () => {
    const { sha256 } = (JSON.parse(readFileSync(join(home, 'releases/shop/prod/1.json'), 'utf8')) as { artifacts: Record<string, { sha256: string }> }).artifacts['report.html'];
    rmSync(join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2)));
    expect(await audit({ recordsOnly: true })).toMatchObject({ ok: true });
    expect(objects(await audit())).toEqual([`object ${sha256} (report.html)`]);
  });

  const DAMAGE: readonly (readonly [string, () => void, string])[] = [
    ['a release that was taken away', () => rmSync(join(home, 'releases/shop/prod/2.json')), 'release 2 of shop/prod'],
    ['a release in the middle that was taken away', () => rmSync(join(home, 'releases/shop/prod/1.json')), 'release 1 of shop/prod'],
    ['a release that nobody made', () => cpSync(join(home, 'releases/shop/prod/2.json'), join(home, 'releases/shop/prod/3.json')), 'release 3 of shop/prod'],
    ['all releases taken away', () => rmSync(join(home, 'releases'), { recursive: true }), 'release 1 of shop/prod'],
    ['a run that was taken away', () => rmSync(join(home, 'runs', RUN), { recursive: true }), `run ${RUN}`],
    ['a run under another name', () => renameSync(join(home, 'runs', RUN), join(home, 'runs', 'shop-prod-2024-01-31-5')), 'run shop-prod-2024-01-31-5'],
    ['a run that never was', () => cpSync(join(home, 'runs', RUN), join(home, 'runs', 'other'), { recursive: true }), 'run other'],
    ['a run said to have failed', () => edit(`runs/${RUN}/run.json`, (text) => text.replace('"status":"succeeded"', '"status":"failed"')), `run ${RUN}`],
    ['a run said to have made another release', () => edit(`runs/${RUN}/run.json`, (text) => text.replace('"release":1', '"release":2')), `run ${RUN}`],
    ['an envelope taken away', () => rmSync(join(home, 'runs', RUN, 'manifest.dsse.json')), `envelope of run ${RUN}`],
    ['the envelope of another run', () => cpSync(join(home, 'runs', SECOND, 'manifest.dsse.json'), join(home, 'runs', RUN, 'manifest.dsse.json')), `envelope of run ${RUN}`],
    ['the manifest of another run', () => cpSync(join(home, 'runs', SECOND, 'manifest.json'), join(home, 'runs', RUN, 'manifest.json')), `file runs/${RUN}/manifest.json`],
    ['a file between the entries', () => writeFileSync(join(home, 'ledger', '00000003.json.bak'), ''), 'file ledger/00000003.json.bak'],
    ['a file between the releases', () => writeFileSync(join(home, 'releases/shop/prod/02.json'), ''), 'file releases/shop/prod/02.json'],
  ];
  it.each(DAMAGE)('names %s', async (_, damage, object) => {
    damage();
    expect(objects(await audit())[0]).toBe(object);
  });

  it('finds a ledger cut off at its end, with a checkpoint by the entry and without one by what it no longer vouches for', async () => {
    for (const seq of [10, 9, 8, 7]) rmSync(join(home, 'ledger', `${String(seq).padStart(8, '0')}.json`));
    expect(objects(await audit({ against: checkpoint }))[0]).toBe('ledger entry 7');
    expect(objects(await audit())).toEqual(['release 2 of shop/prod', `run ${SECOND}`]);
  });

  it('takes a run that is going on for what it is', async () => {
    for (const seq of [10, 9, 8, 7]) rmSync(join(home, 'ledger', `${String(seq).padStart(8, '0')}.json`));
    edit(`runs/${SECOND}/run.json`, (text) => text.replace('"status":"succeeded"', '"status":"running"'));
    const { ok, notes } = await audit();
    expect(ok).toBe(true);
    expect(notes).toEqual(expect.arrayContaining([`run ${SECOND} is not finished`, 'release 2 of shop/prod is not in the ledger yet: its run is still going on']));
  });

  it('refuses a checkpoint of another ledger, by another key, or damaged', async () => {
    const other = freshHome();
    await publishedStore(other, 1);
    const foreign = (await createLedger(other).checkpoint()).note;
    expect((await audit({ against: foreign })).problems).toEqual([{ object: 'checkpoint', problem: expect.stringContaining('is of another ledger') }]);
    const unsigned = checkpoint.replace(/— .*\n$/, foreign.slice(foreign.indexOf('— ')));
    expect((await audit({ against: unsigned })).problems).toEqual([{ object: 'checkpoint', problem: expect.stringContaining('is not signed') }]);
    await expect(audit({ against: 'x' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('trusts the key it is given rather than the one in the store', async () => {
    expect((await audit({ verifier })).ok).toBe(true);
    const name = verifier.slice(0, verifier.indexOf('+'));
    const another = verifierText({ name, key: createPublicKey(makeSigner().publicPem) });
    expect(objects(await audit({ verifier: another }))[0]).toBe('ledger entry 1');
    await expect(audit({ verifier: 'x' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('says which checkpoint to ask for, and finds one that its own ledger does not give', async () => {
    const ledger = createLedger(home);
    const { size, root, origin } = await ledger.checkpoint();
    const entry = { type: 'ledger.checkpoint', actor: 'ana', reason: 'kept', at: '2024-02-03T00:00:00.000Z', subject: origin };
    await ledger.append({ ...entry, body: { size, root: root.toString('hex') } });
    expect(await audit()).toMatchObject({ ok: true, outside: { provenUpTo: null, lastTaken: { size: 10, actor: 'ana' } } });
    await ledger.append({ ...entry, body: { size: 9, root: root.toString('hex') } });
    expect(objects(await audit())).toEqual(['ledger entry 12']);
  });

  it('names a rollback that passes itself off as something else, whose entry nobody would have to sign', async () => {
    const releases = createReleaseStore(home);
    const { n, previous, previousSha256, promoted, superseded, format, ...first } = await releases.read('shop', 'prod', 1);
    expect([n, previous, previousSha256, promoted, superseded, format]).toEqual([1, null, null, true, false, 1]);
    const { commit } = await releases.commit({ ...first, idempotencyKey: 'again', rollbackOf: 1 }, 2);
    const { actor, reason, at, digest, resultDigest } = commit;
    const body = { release: 3, commitSha256: digestOf(commit), digest, resultDigest };
    await createLedger(home).append({ type: 'release.published', actor, reason, at, subject: 'shop/prod/3', body });
    expect((await audit()).problems).toEqual([{ object: 'release 3 of shop/prod', problem: 'brings back another release than ledger entry 11 says' }]);
    await createLedger(home).append({ type: 'release.rolled-back', actor, reason, at, subject: 'shop/prod/3', body: { ...body, rollbackOf: 1 } });
    expect(objects(await audit())).toEqual(['release 3 of shop/prod']);
  });
});
