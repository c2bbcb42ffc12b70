import { commitRollback, deliverRollback, type RollbackDeps } from '../../src/activities/rollback';
import { createLedger } from '../../src/adapters/ledger';
import { createReleaseStore } from '../../src/adapters/releases';
import type { ReleaseCommit, SinkReceipt } from '../../src/contracts/manifest';
import { digestOf } from '../../src/core/audit';
import type { Sink } from '../../src/core/ports';
import { freshHome } from '../support/home';
import { draftOf } from '../support/release';

const AT = '2024-02-09T00:00:00.000Z';

/** A store with three releases, and a target that remembers what it took. */
async function threeReleases() {
  const home = freshHome();
  const taken: number[] = [];
  const sink: Sink = {
    name: 'files',
    deliver: ({ n }: ReleaseCommit) => {
      if (!taken.includes(n)) taken.push(n);
      return Promise.resolve({ sink: 'files', release: n, files: [] } as unknown as SinkReceipt);
    },
  };
  for (const key of ['a', 'b', 'c']) await createReleaseStore(home).commit(draftOf(key), key === 'a' ? null : key === 'b' ? 1 : 2);
  /** As a new process has it. */
  const depsOf = (more: Partial<RollbackDeps> = {}): RollbackDeps => ({
    releases: createReleaseStore(home),
    ledger: createLedger(home),
    sinks: [sink],
    check: () => Promise.resolve([]),
    sign: () => Promise.resolve(null),
    now: () => Date.parse(AT),
    ...more,
  });
  const rollBack = async (deps: RollbackDeps, release: number | null = null) => {
    const rollback = await commitRollback(deps, { project: 'shop', environment: 'prod', release, actor: 'ben', reason: 'half is missing' });
    await deliverRollback(deps, rollback);
    return { n: rollback.commit.n, rollbackOf: rollback.commit.rollbackOf, created: rollback.created };
  };
  const entries = async () => (await createLedger(home).read()).map(({ type, subject }) => `${type} ${subject}`);
  return { home, taken, sink, depsOf, rollBack, entries };
}

const DONE = ['release.committed shop/prod/4', 'release.rolled-back shop/prod/4'];

it('commits, enters, delivers and enters again; a second rollback goes one further', async () => {
  const { depsOf, rollBack, entries, taken, home } = await threeReleases();
  expect(await rollBack(depsOf())).toEqual({ n: 4, rollbackOf: 2, created: true });
  expect(await entries()).toEqual(DONE);
  const { releases } = depsOf();
  const commit = (await releases.current('shop', 'prod'))!;
  expect(await createLedger(home).read()).toMatchObject([
    { actor: 'ben', reason: 'half is missing', at: AT, body: { release: 4, rollbackOf: 2, commitSha256: digestOf(commit) } },
    { actor: 'ben', body: { release: 4, rollbackOf: 2, commitSha256: digestOf(commit), receipts: [{ sink: 'files', release: 4 }] } },
  ]);
  expect(await rollBack(depsOf())).toEqual({ n: 5, rollbackOf: 1, created: true });
  expect(taken).toEqual([4, 5]);
});

it('keeps what its actor signed in the commit and in both entries, and signs before it commits', async () => {
  const { depsOf, rollBack, home } = await threeReleases();
  await expect(rollBack(depsOf({ sign: () => Promise.reject(new Error('no key')) }))).rejects.toThrow('no key');
  expect(await createReleaseStore(home).list('shop', 'prod')).toHaveLength(3);
  const sign: RollbackDeps['sign'] = (statement) => Promise.resolve({ statement, keyId: 'k', signature: 's' });
  await rollBack(depsOf({ sign }));
  const statement = { purpose: 'dramatis/rollback/1', project: 'shop', environment: 'prod', from: 3, to: 2, actor: 'ben', reason: 'half is missing', at: AT };
  const signed = { statement, keyId: 'k', signature: 's' };
  expect(await createReleaseStore(home).current('shop', 'prod')).toMatchObject({ n: 4, at: AT, signed });
  expect(await createLedger(home).read()).toMatchObject([{ body: { signed } }, { body: { signed } }]);
  // What is there already is signed by who made it.
  await rollBack(depsOf({ sign: () => Promise.reject(new Error('no key')) }), 2);
});

/** The port with one method that does its work and dies, or dies before it. */
const KILLS: readonly (readonly [string, (deps: RollbackDeps, sink: Sink) => Partial<RollbackDeps>])[] = [
  [
    'after the commit',
    ({ releases }) => ({
      releases: Object.assign(Object.create(releases) as RollbackDeps['releases'], {
        commit: async (...args: Parameters<typeof releases.commit>) => {
          await releases.commit(...args);
          throw new Error('killed');
        },
      }),
    }),
  ],
  [
    'after the first entry',
    ({ ledger }) => ({
      ledger: Object.assign(Object.create(ledger) as RollbackDeps['ledger'], {
        read: () => ledger.read(),
        append: async (entry: Parameters<typeof ledger.append>[0]) => {
          await ledger.append(entry);
          throw new Error('killed');
        },
      }),
    }),
  ],
  ['while a target is down', () => ({ sinks: [{ name: 'files', deliver: () => Promise.reject(new Error('killed')) }] })],
  [
    'after the delivery',
    (_, sink) => ({
      sinks: [
        {
          name: 'files',
          deliver: async (commit) => {
            await sink.deliver(commit);
            throw new Error('killed');
          },
        },
      ],
    }),
  ],
];

it.each(KILLS)('finishes the same rollback, asked for without a number, when it was killed %s', async (_, kill) => {
  const { depsOf, rollBack, entries, taken, sink } = await threeReleases();
  await expect(rollBack(depsOf(kill(depsOf(), sink)))).rejects.toThrow('killed');
  expect(await rollBack(depsOf())).toEqual({ n: 4, rollbackOf: 2, created: false });
  expect(await entries()).toEqual(DONE);
  expect(taken).toEqual([4]);
});

it('has a rollback that was killed in the ledger although another one is asked for next', async () => {
  const { depsOf, rollBack, entries, sink } = await threeReleases();
  await expect(rollBack(depsOf(KILLS[0][1](depsOf(), sink)))).rejects.toThrow('killed');
  expect(await rollBack(depsOf(), 1)).toEqual({ n: 5, rollbackOf: 1, created: true });
  expect(await entries()).toEqual(['release.committed shop/prod/4', 'release.committed shop/prod/5', 'release.rolled-back shop/prod/5']);
});
