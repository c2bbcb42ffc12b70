import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { createPublish } from '../../src/activities/publish';
import { auditStore } from '../../src/adapters/audit';
import { createLedger } from '../../src/adapters/ledger';
import type { SignedRollback } from '../../src/contracts/rollback';
import { signStatement } from '../../src/core/actors';
import { canonicalJson } from '../../src/core/audit';
import { filesNaming } from '../support/customer-search';
import { freshHome } from '../support/home';
import { PROJECT_YAML } from '../support/project-yaml';
import { publishDeps, runUpToReport } from '../support/publish-run';
import { dramatis } from './support';

const TARGETS = `publish:
  targets:
    - { name: files, type: files, formats: [csv] }
    - { name: mail, type: channel, columns: [{ header: id, column: pid }, { header: segment, column: persona_key }] }
`;

/** A project folder whose store holds two releases, of two days. */
async function released(): Promise<{ directory: string; home: string }> {
  const directory = freshHome();
  writeFileSync(join(directory, 'dramatis.yaml'), PROJECT_YAML + TARGETS);
  const home = join(directory, '.dramatis');
  const project = { publish: { targets: [{ name: 'files', type: 'files', formats: ['csv'] }, { name: 'mail', type: 'channel', columns: [{ header: 'id', column: 'pid' }, { header: 'segment', column: 'persona_key' }] }] } };
  const deps = publishDeps(home);
  for (const [i, asOf] of ['2024-01-31', '2024-02-01'].entries()) {
    const { run, stages, inputOf } = await runUpToReport(deps, { asOf, attemptId: `t${i}`, source: String(i), project });
    const { parentRelease } = await createPublish(deps).resolveParent({ run, stages });
    await new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(() => createPublish(deps).publishRelease(inputOf(parentRelease)));
  }
  return { directory, home };
}

describe('commands on releases', () => {
  let directory: string;
  let home: string;
  const run = (...args: string[]) => dramatis('--project', directory, '--json', ...args);
  const value = async (...args: string[]): Promise<Record<string, never>> => JSON.parse((await run(...args)).stdout) as Record<string, never>;
  const error = async (...args: string[]) => ({ ...(await value(...args)).error as { code: string; message: string } });
  const entries = async () => (await publishDeps(home).ledger.read()).map(({ type, actor, reason, subject }) => [type, actor, reason, subject]);

  beforeAll(async () => {
    ({ directory, home } = await released());
  }, 60_000);

  it('brings the release before back as a new one, which every target gets, within two seconds', async () => {
    const started = performance.now();
    const result = await value('rollback', '--actor', 'ben', '--reason', 'orders were missing');
    const ms = performance.now() - started;
    expect(result).toMatchObject({ release: 3, rollbackOf: 1, asOf: '2024-01-31', created: true });
    expect(result.receipts).toMatchObject([
      { sink: 'files', status: 'delivered', delta: { base: 2 } },
      { sink: 'mail', status: 'delivered', delta: { base: 2, added: 0, changed: 0, removed: 0, unchanged: 20 } },
    ]);
    expect(ms).toBeLessThan(2000);
    for (const target of ['prod', 'prod.mail']) expect(readlinkSync(join(home, 'published', 'shop', target, 'current'))).toBe('3');
    const { releases } = publishDeps(home);
    const [first, , third] = await releases.list('shop', 'prod');
    expect(third).toMatchObject({ n: 3, promoted: true, rollbackOf: 1, artifacts: first.artifacts, digest: first.digest, actor: 'ben' });
    expect((await releases.current('shop', 'prod'))?.n).toBe(3);
    expect((await entries()).at(-1)).toEqual(['release.rolled-back', 'ben', 'orders were missing', 'shop/prod/3']);
  });

  it('takes a rollback up again that its targets did not get, without a second release', async () => {
    const before = (await entries()).length;
    expect(await value('rollback', '1', '--reason', 'again')).toMatchObject({ release: 3, created: false });
    expect(await entries()).toHaveLength(before);
    rmSync(join(home, 'published', 'shop', 'prod.mail'), { recursive: true });
    expect(await value('rollback', '1', '--reason', 'again')).toMatchObject({ release: 3, created: false });
    expect(readdirSync(join(home, 'published', 'shop', 'prod.mail'))).toEqual(['3', 'current']);
  });

  it('goes forward again by a rollback of the rollback', async () => {
    expect(await value('rollback', '2', '--reason', 'they were there')).toMatchObject({ release: 4, rollbackOf: 2, asOf: '2024-02-01' });
    expect(await value('rollback', '3', '--reason', 'no')).toMatchObject({ release: 5, rollbackOf: 1 });
  });

  it('refuses what cannot be brought back, and says why', async () => {
    expect(await error('rollback', '--reason', 'x')).toMatchObject({ code: 'ROLLBACK_REFUSED', message: expect.stringMatching(/none was before it/) });
    expect(await error('rollback', '9', '--reason', 'x')).toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect(await error('rollback', 'two', '--reason', 'x')).toMatchObject({ code: 'USAGE' });
    expect(await error('rollback', '2')).toMatchObject({ code: 'USAGE', message: expect.stringContaining('--reason') });
    const { artifacts } = await publishDeps(home).releases.read('shop', 'prod', 2);
    const { sha256 } = artifacts['selection.report'];
    const path = join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));
    const bytes = readFileSync(path);
    rmSync(path);
    expect(await error('rollback', '2', '--reason', 'x')).toMatchObject({ code: 'ROLLBACK_REFUSED', message: expect.stringContaining('selection.report') });
    writeFileSync(path, bytes);
    expect(await publishDeps(home).releases.list('shop', 'prod')).toHaveLength(5);
  });

  it('holds a release, lists and lets go of it, with actor and reason', async () => {
    expect(await value('hold', 'add', '1', '--actor', 'aud', '--reason', 'audit')).toEqual({ release: 1, created: true });
    expect(await value('hold', 'add', '1', '--reason', 'again')).toEqual({ release: 1, created: false });
    expect(await value('hold', 'list')).toMatchObject([{ release: 1, actor: 'aud', reason: 'audit' }]);
    expect(await value('hold', 'remove', '1', '--actor', 'aud', '--reason', 'over')).toEqual({ release: 1, removed: true });
    expect(await value('hold', 'list')).toEqual([]);
    expect(await error('hold', 'remove', '1', '--reason', 'x')).toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect(await error('hold', 'add', '77', '--reason', 'x')).toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect((await entries()).slice(-2)).toEqual([
      ['hold.added', 'aud', 'audit', 'shop/prod/1'],
      ['hold.removed', 'aud', 'over', 'shop/prod/1'],
    ]);
  });

  it('brings a release back without who was erased from it', async () => {
    process.env.KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';
    const members = (release: number): string[] => readFileSync(join(home, 'published', 'shop', 'prod.mail', String(release), 'members.csv'), 'utf8').trim().split('\n').slice(1);
    // In these releases an id is its own pseudonym.
    expect(members(5).map((line) => line.split(',')[0])).toContain('c_07');
    const { n, artifacts } = await publishDeps(home).releases.read('shop', 'prod', 2);
    expect(await value('gdpr', 'erase', '--customer', 'c_07', '--reason', 'asked', '--yes')).toMatchObject({ objects: 2, releases: [1, 2, 3, 4, 5] });
    expect(await value('rollback', String(n), '--actor', 'ben', '--reason', 'back')).toMatchObject({ release: 6, rollbackOf: 2 });
    expect(members(6)).toHaveLength(19);
    const { artifacts: brought } = await publishDeps(home).releases.read('shop', 'prod', 6);
    expect(brought).toEqual(artifacts);
    expect(await filesNaming([home], ['c_07'])).toEqual([]);
    // What stands for an erased object is looked at as the object was.
    const { artifacts: store } = publishDeps(home);
    const path = await store.path(brought['personas.memberships']);
    rmSync(path);
    expect(await error('rollback', '5', '--reason', 'x')).toMatchObject({ code: 'ROLLBACK_REFUSED', message: expect.stringContaining('personas.memberships') });
  }, 60_000);

  it('collects nothing of releases that are kept, and says so without --apply', async () => {
    expect(await value('gc')).toMatchObject({ applied: false, removed: 0, expired: [] });
    expect((await run('gc', '--apply')).code).toBe(0);
    expect((await dramatis('--project', directory, 'gc')).stdout).toMatch(/objects, \d+ of them needed/);
  });
});

describe('a rollback in a store with actors', () => {
  const before = process.env.XDG_CONFIG_HOME;
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CONFIG_HOME;
    else process.env.XDG_CONFIG_HOME = before;
  });

  it('is signed, within two seconds; a key that was rotated signs none, and an audit finds one that it did sign', async () => {
    const { directory, home } = await released();
    process.env.XDG_CONFIG_HOME = join(directory, 'config');
    const value = async (...args: string[]): Promise<Record<string, never>> => JSON.parse((await dramatis('--project', directory, '--json', ...args)).stdout) as Record<string, never>;
    const { ledger } = publishDeps(home);
    type Body = Record<string, unknown> & { signed?: SignedRollback };
    const last = async () => (await ledger.read()).at(-1) as { type: string; body: Body };
    await value('rollback', '1', '--actor', 'eve', '--reason', 'before there were actors');
    await value('actor', 'add', 'ada', '--role', 'approver');
    const eve = await value('actor', 'add', 'eve', '--role', 'engineer', '--actor', 'ada');
    expect(await value('rollback', '2', '--actor', 'mal', '--reason', 'x')).toMatchObject({ error: { code: 'ACTOR_UNKNOWN' } });
    expect(await value('rollback', '2', '--actor', 'eve', '--key', join(directory, 'no.pem'), '--reason', 'x')).toMatchObject({ error: { code: 'ACTOR_KEY_MISSING' } });
    const started = performance.now();
    expect(await value('rollback', '2', '--actor', 'eve', '--reason', 'they were there')).toMatchObject({ release: 4, rollbackOf: 2 });
    expect(performance.now() - started).toBeLessThan(2000);
    const { type, body } = await last();
    expect(type).toBe('release.rolled-back');
    const { statement, keyId, signature } = body.signed!;
    expect(statement).toMatchObject({ purpose: 'dramatis/rollback/1', project: 'shop', environment: 'prod', from: 3, to: 2, actor: 'eve', reason: 'they were there' });
    expect(keyId).toBe(eve.keyId);
    const publicKey = createPublicKey(readFileSync(eve.keyFile as string));
    expect(verify(null, Buffer.from(canonicalJson(statement)), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
    expect(await publishDeps(home).releases.current('shop', 'prod')).toMatchObject({ n: 4, signed: body.signed });

    await value('actor', 'rotate', 'eve', '--actor', 'eve');
    const old = ['--actor', 'eve', '--key', eve.keyFile as string, '--reason', 'x'];
    expect(await value('rollback', '1', ...old)).toMatchObject({ error: { code: 'ACTOR_KEY_INVALID' } });
    expect(await last()).toMatchObject({ type: 'action.refused', body: { action: 'rollback', code: 'ACTOR_KEY_INVALID' } });
    expect(await publishDeps(home).releases.list('shop', 'prod')).toHaveLength(4);
    expect(await value('rollback', '1', '--actor', 'eve', '--reason', 'with the new key')).toMatchObject({ release: 5 });
    const wrong = async () => (await auditStore({ home })).problems.filter(({ object }) => !object.startsWith('run '));
    expect(await wrong()).toEqual([]);

    // Somebody goes round the commands, with the old key, and dates it back to when it counted.
    const forged = { ...statement, reason: 'forged' };
    const signed = { statement: forged, keyId, signature: signStatement(forged, createPrivateKey(readFileSync(eve.keyFile as string))) };
    const { actor, reason, at } = forged;
    const { seq } = await createLedger(home).append({ type, actor, reason, at, subject: 'shop/prod/4', body: { ...body, commitSha256: '0'.repeat(64), signed } });
    expect(await wrong()).toContainEqual({ object: `ledger entry ${seq}`, problem: `is a rollback that does not count: the key ${keyId} of eve did not count` });
  }, 60_000);
});
