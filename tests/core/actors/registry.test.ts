import type { ActorChange } from '../../../src/contracts/actors';
import { keyAt, registryOf } from '../../../src/core/actors';
import { added, changeEntry, person, spanOf } from '../../support/actors';

const day = (n: number): string => `2024-01-${String(n).padStart(2, '0')}T00:00:00.000Z`;
type Entry = ReturnType<typeof changeEntry>;
const registry = (...entries: readonly Entry[]) => registryOf(entries.map((entry, i) => ({ seq: i + 1, ...entry })));
const rotated = (who: ReturnType<typeof person>, at: string): ActorChange => ({
  purpose: 'dramatis/actor/1',
  change: 'rotated',
  name: who.name,
  key: spanOf(who, at),
  at,
  reason: 'test',
});
const revoked = (name: string, at: string): ActorChange => ({ purpose: 'dramatis/actor/1', change: 'revoked', name, at, reason: 'left' });

const [ada, abe, eve, mal] = ['ada', 'abe', 'eve', 'mal'].map(person);
const first = changeEntry(added(ada, 'approver', day(1)), ada, true);

it('takes a first actor that signs for itself, and from then on only what an approver signs', () => {
  const { actors, refused } = registry(first, changeEntry(added(eve, 'engineer', day(2)), ada), changeEntry(added(mal, 'approver', day(3)), eve));
  expect([...actors.keys()]).toEqual(['ada', 'eve']);
  expect(refused).toEqual([{ seq: 3, problem: 'eve has the role engineer, which may not change who may do what' }]);
});

it.each([
  ['a first actor that could not add another', [changeEntry(added(eve, 'engineer', day(1)), eve, true)], /must be an approver/],
  ['a first actor that another key signed for', [changeEntry(added(ada, 'approver', day(1)), { ...mal, name: 'ada' }, true)], /sign for itself/],
  ['a second first actor', [first, changeEntry(added(mal, 'approver', day(2)), mal, true)], /signed by mal, whom nobody added/],
  ['a name that was given before', [first, changeEntry(added({ ...mal, name: 'ada' }, 'auditor', day(2)), ada)], /never given twice/],
  ['a signature of another key', [first, changeEntry(added(eve, 'engineer', day(2)), { ...ada, key: mal.key })], /does not fit its content/],
  ['a signature made before the key counted', [first, changeEntry(added(eve, 'engineer', '2023-12-31T00:00:00.000Z'), ada)], /does not count/],
  ['the end of the last approver', [first, changeEntry(revoked('ada', day(2)), ada)], /last who may add others/],
  [
    'a body that is no change',
    [first, { ...changeEntry(added(eve, 'engineer', day(2)), ada), body: { statement: { purpose: 'dramatis/actor/1' } } }],
    /no change/,
  ],
  [
    'an entry that is dated otherwise than signed',
    [first, { ...changeEntry(added(eve, 'engineer', day(2)), ada), at: day(9) }],
    /something else than what is signed/,
  ],
] as const)('does not count %s', (_, entries, why) => {
  const { actors, refused } = registry(...(entries as readonly Entry[]));
  expect(refused).toEqual([{ seq: entries.length, problem: expect.stringMatching(why) as string }]);
  expect([...actors.keys()]).toEqual(entries.length === 1 ? [] : ['ada']);
});

it('does not count a change of one letter after it was signed', () => {
  const entry = changeEntry(added(eve, 'engineer', day(2)), ada);
  const forged = { ...entry, body: { ...entry.body, statement: { ...(entry.body.statement as ActorChange), role: 'approver' } } };
  expect(registry(first, forged as Entry).refused[0]?.problem).toMatch(/does not fit/);
});

it('ends a key where the next begins, and all of them where the actor is revoked', () => {
  const later = { ...person('eve') };
  const { actors, refused } = registry(
    first,
    changeEntry(added(eve, 'engineer', day(2)), ada),
    changeEntry(rotated(later, day(5)), eve),
    changeEntry(revoked('eve', day(8)), ada),
    // Signed with a key that has ended.
    changeEntry(rotated(person('eve'), day(6)), eve),
  );
  const of = (at: string) => keyAt(actors.get('eve')!, at)?.keyId;
  expect([day(1), day(2), day(4), day(5), day(7), day(8)].map(of)).toEqual([undefined, eve.keyId, eve.keyId, later.keyId, later.keyId, undefined]);
  expect(refused.map(({ seq }) => seq)).toEqual([5]);
});

it('counts a key up to its end only', () => {
  const { actors } = registry(first, changeEntry(added(abe, 'approver', day(2), day(4)), ada));
  expect([day(3), day(4)].map((at) => keyAt(actors.get('abe')!, at)?.keyId)).toEqual([abe.keyId, undefined]);
});
