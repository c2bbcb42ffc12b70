import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore, erasedAmong, erasureOf, recordErasure } from '../../../src/adapters/artifacts';
import { createLedger } from '../../../src/adapters/ledger';
import type { ArtifactRef } from '../../../src/contracts/artifacts';
import { signStatement } from '../../../src/core/actors';
import { erasuresIn, type ErasureStatement } from '../../../src/core/gdpr';
import { changeEntry, people, person, spanOf, type Person } from '../../support/actors';
import { freshHome } from '../../support/home';

const AT = '2024-06-01T00:00:00.000Z';
const placeOf = (home: string, { sha256 }: ArtifactRef): string => join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));

async function setUp() {
  const home = freshHome();
  const [artifacts, ledger] = [createArtifactStore(home), createLedger(home)];
  const [old, first, second] = (await Promise.all(
    ['jane and joe', 'joe', 'nobody'].map((text) => artifacts.writeBytes('t.t', Buffer.from(text))),
  )) as [ArtifactRef, ArtifactRef, ArtifactRef];
  const erase = async (from: ArtifactRef, to: ArtifactRef, by?: Person, role = 'abe'): Promise<number> => {
    const statement: ErasureStatement = {
      purpose: 'dramatis/erasure/1',
      project: 'shop',
      environment: 'prod',
      objects: [{ old: from.sha256, new: to.sha256 }],
      actor: by?.name ?? role,
      reason: 'asked',
      at: AT,
    };
    const body = { statement, keyId: by?.keyId ?? null, signature: by ? signStatement(statement, by.key) : null };
    const { seq } = await ledger.append({ type: 'erasure', actor: statement.actor, reason: 'asked', at: AT, subject: 'shop/prod', body });
    await recordErasure(home, { format: 1, old: from.sha256, new: to.sha256, entry: seq });
    rmSync(placeOf(home, from));
    return seq;
  };
  return { home, artifacts, ledger, old, first, second, erase };
}

it('reads what stands for an object, also after a second erasure from the same one, under its old name', async () => {
  const { home, artifacts, old, first, second, erase } = await setUp();
  await erase(old, first);
  expect((await artifacts.readBytes(old)).toString()).toBe('joe');
  await erase(first, second);
  expect((await artifacts.readBytes(old)).toString()).toBe('nobody');
  expect(await artifacts.path(old)).toBe(placeOf(home, second));
  expect(await erasedAmong(home, { b: old, a: first, c: second })).toEqual(['a', 'b']);
});

it('does not bring an erased object back, neither by writing it again nor from a backup', async () => {
  const { home, artifacts, old, first, erase } = await setUp();
  await erase(old, first);
  await artifacts.writeBytes('t.t', Buffer.from('jane and joe'));
  expect((await createArtifactStore(home).readBytes(old)).toString()).toBe('joe');
  mkdirSync(join(placeOf(home, old), '..'), { recursive: true });
  writeFileSync(placeOf(home, old), 'jane and joe');
  expect((await createArtifactStore(home).readBytes(old)).toString()).toBe('joe');
});

it('is redirected by no file that the ledger does not confirm', async () => {
  const { home, artifacts, old, first, second, erase } = await setUp();
  const seq = await erase(first, second);
  for (const entry of [seq, 99]) {
    const name = join(home, 'erasures', `${old.sha256}.json`);
    writeFileSync(name, JSON.stringify({ format: 1, old: old.sha256, new: second.sha256, entry }));
    await expect(artifacts.readBytes(old)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
    rmSync(name);
  }
  expect(await erasureOf(home, old.sha256)).toBeUndefined();
});

it('still finds that the object which stands for another was changed', async () => {
  const { home, artifacts, old, first, erase } = await setUp();
  await erase(old, first);
  writeFileSync(placeOf(home, first), 'jim');
  await expect(artifacts.readBytes(old)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
  await expect(artifacts.path(old)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
});

it('counts erasures that somebody signed who could, and no others', async () => {
  const { ledger, old, first, second, erase } = await setUp();
  const { abe, eve } = await people(ledger);
  const good = await erase(old, first, abe);
  const engineer = await erase(first, second, eve);
  const unsigned = await erase(second, old);
  const { objects, refused } = erasuresIn(await ledger.read());
  expect([...objects]).toEqual([[old.sha256, { new: first.sha256, entry: good }]]);
  expect(refused).toEqual([
    { seq: engineer, problem: 'eve could not erase' },
    { seq: unsigned, problem: 'the key null of abe did not count' },
  ]);
});

it('counts no erasure that is signed with a key which was rotated or revoked before, however it is dated', async () => {
  const { ledger, old, first, second, erase } = await setUp();
  const { ada, abe } = await people(ledger);
  const next = person('abe');
  const at = '2024-07-01T00:00:00.000Z';
  await ledger.append(changeEntry({ purpose: 'dramatis/actor/1', change: 'rotated', name: 'abe', key: spanOf(next, at), at, reason: 'test' }, abe));
  // The statement is of a month before.
  const backdated = await erase(old, first, abe);
  await ledger.append(changeEntry({ purpose: 'dramatis/actor/1', change: 'revoked', name: 'abe', at, reason: 'left' }, ada));
  const revoked = await erase(first, second, next);
  const { objects, refused } = erasuresIn(await ledger.read());
  expect([...objects]).toEqual([]);
  expect(refused.map(({ seq }) => seq)).toEqual([backdated, revoked]);
});
