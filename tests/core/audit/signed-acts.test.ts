import type { ActorChange } from '../../../src/contracts/actors';
import type { Decision } from '../../../src/contracts/gate';
import type { RollbackStatement } from '../../../src/contracts/rollback';
import { signStatement } from '../../../src/core/actors';
import { wrongActs } from '../../../src/core/audit/signed-acts';
import type { LoggedAct } from '../../../src/core/audit/who';
import { added, changeEntry, person, spanOf, type Person } from '../../support/actors';

type Draft = Omit<LoggedAct, 'seq'>;
const day = (n: number): string => `2024-01-${String(n).padStart(2, '0')}T00:00:00.000Z`;
const [ada, abe, eve, aud] = ['ada', 'abe', 'eve', 'aud'].map(person);
const newKey = { ...person('eve') };
const RUN = 'shop-prod-2024-01-31-1';
const DIGEST = 'd'.repeat(64);

/** Four people, all from day 1 on: the first four entries. */
const PEOPLE: readonly Draft[] = [
  changeEntry(added(ada, 'approver', day(1)), ada, true),
  changeEntry(added(abe, 'approver', day(1)), ada),
  changeEntry(added(eve, 'engineer', day(1)), ada),
  changeEntry(added(aud, 'auditor', day(1)), ada),
];
const rotation = (at: string): Draft =>
  changeEntry({ purpose: 'dramatis/actor/1', change: 'rotated', name: 'eve', key: spanOf(newKey, at), at, reason: 'a new key' }, eve);
const revocation = (name: string, at: string, by: Person): Draft => {
  const statement: ActorChange = { purpose: 'dramatis/actor/1', change: 'revoked', name, at, reason: 'left' };
  return changeEntry(statement, by);
};

const act = (type: string, actor: string, at: string, subject: string, body: Draft['body']): Draft => ({ type, actor, reason: 'for a reason', at, subject, body });
const signed = <T extends object>(statement: T, { key, keyId }: Person) => ({ statement, keyId, signature: signStatement(statement, key) });

/** The entry of a rollback's commit, and that of its end. */
function rollback(by: Person | null, at: string, more: { claims?: Partial<RollbackStatement>; n?: number } = {}): [Draft, Draft] {
  const { n = 5, claims } = more;
  const actor = by?.name ?? 'ana';
  const statement: RollbackStatement = { purpose: 'dramatis/rollback/1', project: 'shop', environment: 'prod', from: n - 1, to: 2, actor, reason: 'for a reason', at, ...claims };
  const body = { release: n, rollbackOf: 2, commitSha256: `c${n}`, ...(by && { signed: signed(statement, by) }) };
  const subject = `shop/prod/${n}`;
  return [act('release.committed', actor, at, subject, body), act('release.rolled-back', actor, at, subject, { ...body, receipts: [] })];
}

const started = (actor: string): Draft => act('run.started', actor, day(2), RUN, { attempt: 1 });
function approval(by: Person, at: string, { claims, kind = 'approve' }: { claims?: Partial<Decision>; kind?: Decision['decision'] } = {}): Draft {
  const statement: Decision = { purpose: 'dramatis/decision/1', run: RUN, digest: DIGEST, decision: kind, actor: by.name, reason: 'for a reason', at, ...claims };
  return act(kind === 'approve' ? 'release.approved' : 'release.rejected', by.name, at, RUN, { attempt: 1, digest: DIGEST, signed: signed(statement, by) });
}
const published = (approver: string, from: Draft | null, more: object = {}): Draft =>
  act('release.published', 'eve', day(4), 'shop/prod/1', {
    runId: RUN,
    commitSha256: 'c',
    digest: DIGEST,
    approval: { approver, digest: DIGEST, signed: from?.body.signed ?? null, ...more },
  });

const wrong = (...drafts: readonly Draft[]) => wrongActs(drafts.map((draft, i) => ({ seq: i + 1, ...draft })));

it('finds nothing wrong with what was signed by who could, before and after a rotation', () => {
  const later = approval(abe, day(3));
  const everything = [
    ...rollback(null, day(1), { n: 2 }),
    ...PEOPLE,
    ...rollback(eve, day(2), { n: 3 }),
    ...rollback(abe, day(2), { n: 4 }),
    rotation(day(3)),
    ...rollback({ ...newKey, name: 'eve' }, day(4), { n: 5 }),
    started('eve'),
    approval(abe, day(3), { kind: 'reject' }),
    later,
    published('abe', later),
    published('gate/within-limits', null),
    revocation('abe', day(5), ada),
  ];
  expect(wrong(...everything)).toEqual([]);
});

it.each<readonly [string, readonly Draft[], RegExp]>([
  ['a rollback that nobody signed', rollback(null, day(2)), /nobody signed it, though there are actors/],
  ['a rollback that an auditor signed', rollback(aud, day(2)), /aud could not rollback/],
  ['a rollback of an unknown actor', rollback(person('mal'), day(2)), /mal could not rollback/],
  ['a rollback with another key under the name', rollback({ ...person('eve'), name: 'eve' }, day(2)), /the key \w+ of eve did not count/],
  ['a rollback with another key under name and key id', rollback({ ...person('eve'), keyId: eve.keyId }, day(2)), /signature does not fit/],
  ...(['project', 'environment', 'to', 'actor', 'reason', 'at'] as const).map(
    (name) => [`a rollback signed with another ${name}`, rollback(eve, day(2), { claims: { [name]: name === 'to' ? 1 : 'x' } }), /something else than what is signed/] as const,
  ),
  ['a rollback signed with the old key after its rotation', [rotation(day(3)), ...rollback(eve, day(4))], /the key \w+ of eve did not count/],
  ['a rollback signed with the old key and dated back', [rotation(day(3)), ...rollback(eve, day(2))], /the key \w+ of eve did not count/],
  ['a rollback signed with the new key before it counted', [rotation(day(3)), ...rollback({ ...newKey, name: 'eve' }, day(2))], /did not count/],
  ['a rollback by who was revoked, dated back', [revocation('eve', day(3), ada), ...rollback(eve, day(2))], /did not count/],
])('names %s: its commit and its end', (_, acts, why) => {
  const first = PEOPLE.length + acts.length - 1;
  const problems = wrong(...PEOPLE, ...acts);
  expect(problems.map(({ seq }) => seq)).toEqual([first, first + 1]);
  for (const { problem } of problems) expect(problem).toMatch(why);
});

it('takes the end of a rollback for what its commit was, though the key was rotated while a target was down', () => {
  const [committed, done] = rollback(eve, day(2));
  expect(wrong(...PEOPLE, committed, rotation(day(3)), done)).toEqual([]);
  const [, unsigned] = rollback(null, day(2));
  expect(wrong(...PEOPLE, committed, unsigned)).toEqual([{ seq: 6, problem: expect.stringMatching(/signed otherwise than the entry of its commit/) as string }]);
  const [before, after] = rollback(null, day(1));
  expect(wrong(before, ...PEOPLE, after)).toEqual([]);
});

it.each<readonly [string, readonly Draft[], RegExp]>([
  ['of an engineer', [approval(eve, day(3))], /an approval that does not count: eve has the role engineer/],
  ['of who started the run', [started('abe'), approval(abe, day(3))], /abe started/],
  ['with another key', [approval({ ...person('abe'), keyId: abe.keyId }, day(3))], /does not fit/],
  ['that says it is of another run', [approval(abe, day(3), { claims: { run: 'other' } })], /does not fit/],
  ['of another digest', [approval(abe, day(3), { claims: { digest: 'e'.repeat(64) } })], /signed the digest/],
  ['under the name of another', [approval(abe, day(3), { claims: { actor: 'ada' } })], /something else than what is signed/],
  ['that nobody signed', [act('release.approved', 'abe', day(3), RUN, { attempt: 1, digest: DIGEST })], /nobody signed it/],
  ['of who was revoked, dated back', [revocation('abe', day(4), ada), approval(abe, day(3))], /does not count: it has expired/],
  ['to reject, of an engineer', [approval(eve, day(3), { kind: 'reject' })], /a rejection that does not count/],
])('names an approval %s', (_, acts, why) => {
  expect(wrong(...PEOPLE, ...acts)).toEqual([{ seq: PEOPLE.length + acts.length, problem: expect.stringMatching(why) as string }]);
});

it('names a release whose approval no entry has, or which is of something else', () => {
  const good = approval(abe, day(3));
  const forged = approval({ ...person('abe'), keyId: abe.keyId }, day(3));
  const last = (...drafts: readonly Draft[]) => wrong(...PEOPLE, ...drafts).filter(({ seq }) => seq === PEOPLE.length + drafts.length);
  expect(last(good, published('abe', good))).toEqual([]);
  expect(last(published('abe', good))).toMatchObject([{ problem: 'names an approval by abe that no entry before it has' }]);
  expect(last(forged, published('abe', forged))).toMatchObject([{ problem: 'names an approval by abe that no entry before it has' }]);
  expect(last(good, published('ada', good))).toMatchObject([{ problem: 'names an approval by ada that no entry before it has' }]);
  expect(last(good, published('abe', null))).toMatchObject([{ problem: 'names abe as approver, who signed nothing' }]);
  expect(last(good, published('abe', good, { digest: 'e' }))).toMatchObject([{ problem: 'names an approval of another digest than was released' }]);
});

it('names a change of actors that does not count, unless the ledger says that it was refused', () => {
  const forged = changeEntry(added(person('mal'), 'approver', day(2)), eve);
  expect(wrong(...PEOPLE, forged)).toEqual([{ seq: 5, problem: expect.stringMatching(/is a change of actors that does not count: eve has the role engineer/) as string }]);
  const told = act('action.refused', 'eve', day(2), 'mal', { action: 'people', code: 'ACTOR_CHANGE_REFUSED' });
  expect(wrong(...PEOPLE, forged, told)).toEqual([]);
  const backdated = changeEntry(added(person('mal'), 'approver', day(2)), abe);
  expect(wrong(...PEOPLE, revocation('abe', day(3), ada), backdated)).toMatchObject([{ seq: 6, problem: expect.stringMatching(/the key \w+ of abe does not count/) as string }]);
});
