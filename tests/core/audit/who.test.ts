import type { ReleaseCommit } from '../../../src/contracts/manifest';
import { buildManifest } from '../../../src/core/audit';
import { filterLog, whoMade, type LoggedAct } from '../../../src/core/audit/who';
import { draftOf } from '../../support/release';
import { facts, observations } from '../../support/manifest';

const act = (seq: number, type: string, subject: string, more: Partial<LoggedAct> = {}): LoggedAct => ({ seq, type, subject, actor: 'ana', reason: 'nightly', at: `2024-02-0${seq}T00:00:00.000Z`, body: {}, ...more });
const RUN = 'shop-prod-2024-01-31-1';
const entries = [
  act(1, 'run.started', RUN),
  act(2, 'run.approved', RUN, { actor: 'eva', reason: 'looked at it' }),
  act(3, 'release.published', 'shop/prod/1', { body: { runId: RUN } }),
  act(4, 'run.started', 'shop-prod-2024-01-31-10'),
  act(5, 'release.published', 'shop/prod/10', { actor: 'ben' }),
];
const seqs = (found: readonly LoggedAct[]): number[] => found.map(({ seq }) => seq);

it('finds entries by actor, type, subject and time, each alone or together', () => {
  expect(seqs(filterLog(entries, {}))).toEqual([1, 2, 3, 4, 5]);
  expect(seqs(filterLog(entries, { actor: 'ben' }))).toEqual([5]);
  expect(seqs(filterLog(entries, { type: 'run' }))).toEqual([1, 2, 4]);
  expect(seqs(filterLog(entries, { type: 'run.started' }))).toEqual([1, 4]);
  expect(seqs(filterLog(entries, { type: 'run.start' }))).toEqual([]);
  expect(seqs(filterLog(entries, { subject: 'shop/prod' }))).toEqual([3, 5]);
  expect(seqs(filterLog(entries, { subject: RUN }))).toEqual([1, 2]);
  expect(seqs(filterLog(entries, { since: '2024-02-04T00:00:00.000Z' }))).toEqual([4, 5]);
  expect(seqs(filterLog(entries, { type: 'release', since: '2024-02-04T00:00:00.000Z', actor: 'ana' }))).toEqual([]);
});

it('says who started and approved a release, why, and what went into it', () => {
  const commit: ReleaseCommit = { ...draftOf('key'), format: 1, n: 1, previous: null, previousSha256: null, promoted: true, superseded: false };
  const own = { ...facts(), results: { ...facts().results, decisions: { selection: { chosen: { algorithm: 'mixture', model: 'VVI', k: 4 }, why: 'it predicts best' } } } };
  const who = whoMade(commit, buildManifest(own, observations(), 'key'), entries);
  expect(who).toMatchObject({
    release: 'shop/prod/1',
    startedBy: { actor: 'ana', reason: 'nightly', seq: 1 },
    approvedBy: [{ actor: 'eva', reason: 'looked at it', type: 'run.approved' }],
    publishedAs: { seq: 3 },
    model: { algorithm: 'mixture', model: 'VVI', k: 4, why: 'it predicts best' },
    config: 'd',
    data: [{ role: 'transactions', name: 'orders.csv', rows: 3 }],
  });
  expect(seqs(who.acts)).toEqual([1, 2, 3]);
});

it('names the entry of its publication, or of its commit as long as there is no other', () => {
  const commit: ReleaseCommit = { ...draftOf('key'), format: 1, n: 1, previous: null, previousSha256: null, promoted: true, superseded: false };
  const committed = act(6, 'release.committed', 'shop/prod/1', { body: { runId: RUN } });
  const publishedAs = (...acts: LoggedAct[]) => whoMade(commit, buildManifest(facts(), observations(), 'key'), acts).publishedAs?.type;
  expect(publishedAs(committed, act(7, 'release.published', 'shop/prod/1'))).toBe('release.published');
  expect(publishedAs(committed, act(7, 'release.unchanged', 'shop/prod/1'))).toBe('release.committed');
});
