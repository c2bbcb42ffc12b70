import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOpenRun, createRecordOutcome } from '../../src/activities/runs';
import { createLedger } from '../../src/adapters/ledger';
import { createLineage } from '../../src/adapters/lineage';
import { createRunStore } from '../../src/adapters/runs';
import type { RefreshRequest } from '../../src/contracts/run';
import { people } from '../support/actors';
import { freshHome } from '../support/home';
import { refOf } from '../support/manifest';

const request = (retryOf: string | null): RefreshRequest => ({
  project: 'shop',
  environment: 'prod',
  asOf: '2024-01-31',
  knownAt: null,
  kind: 'adhoc',
  scratch: false,
  reprocess: 0,
  resolved: refOf('project.resolved', '1'),
  configDigest: 'd',
  projectDir: '.',
  actor: 'ana',
  reason: 'test',
  retryOf,
});

it('dates the start of each attempt by the attempt, in ledger and lineage', async () => {
  const home = freshHome();
  let hour = 1;
  const now = (): number => Date.UTC(2024, 1, 1, hour);
  const deps = {
    runs: createRunStore(home, now),
    ledger: createLedger(home),
    lineage: createLineage(home, '0.1.0'),
    engine: { kernels: 'test/1' },
    artifacts: { readJson: <T>() => Promise.resolve({ config: { modeling: { algorithms: ['kmeans'], holdout: { enabled: true } } } } as T) },
    now,
  };
  const open = (temporalRunId: string, retryOf: string | null) =>
    createOpenRun(deps)({ request: request(retryOf), workflowId: 'refresh/shop/prod/2024-01-31', temporalRunId });
  const fail = (run: Awaited<ReturnType<typeof open>>['run']) =>
    createRecordOutcome(deps)({
      run,
      status: 'failed',
      stage: 'clean',
      stages: [],
      failure: { code: 'DISK_FULL', message: 'm', details: {} },
    });
  const first = await open('t1', null);
  hour = 2;
  await fail(first.run);
  hour = 5;
  const second = await open('t2', first.run.runId);
  hour = 6;
  await fail(second.run);
  expect([first.startedAt, second.startedAt]).toEqual(['2024-02-01T01:00:00.000Z', '2024-02-01T05:00:00.000Z']);
  const entries = (await deps.ledger.read()) as readonly { type: string; at: string }[];
  expect(entries.map(({ type, at }) => `${type} ${at.slice(11, 16)}`)).toEqual([
    'run.started 01:00',
    'run.failed 02:00',
    'run.started 05:00',
    'run.failed 06:00',
  ]);
  const events = readFileSync(join(home, 'lineage', `${first.run.runId}.ndjson`), 'utf8')
    .trim()
    .split('\n');
  const times = events.map((line) => (JSON.parse(line) as { eventTime: string }).eventTime.slice(11, 16));
  expect(times).toEqual(['01:00', '02:00', '05:00', '06:00']);
  expect((await deps.runs.read(first.run.runId)).startedAt).toBe('2024-02-01T01:00:00.000Z');
});

it('opens no run for who may not start one, whichever client asks, and keeps the attempt in the ledger', async () => {
  const home = freshHome();
  const ledger = createLedger(home);
  await people(ledger);
  const deps = {
    runs: createRunStore(home),
    ledger,
    lineage: createLineage(home, '0.1.0'),
    engine: { kernels: 'test/1' },
    artifacts: { readJson: <T>() => Promise.resolve({ config: { modeling: { algorithms: ['kmeans'], holdout: { enabled: true } }, gate: { enabled: true } } } as T) },
    now: () => Date.UTC(2024, 5, 1),
  };
  const open = (actor: string, more: Partial<RefreshRequest> = {}) =>
    createOpenRun(deps)({ request: { ...request(null), actor, ...more }, workflowId: 'refresh/shop/prod/2024-01-31', temporalRunId: `t-${actor}` });
  for (const [actor, code] of [['aud', 'ACTOR_FORBIDDEN'], ['abe', 'ACTOR_FORBIDDEN'], ['nobody', 'ACTOR_UNKNOWN']]) await expect(open(actor!)).rejects.toMatchObject({ code });
  await expect(open('ann', { kind: 'nightly' })).rejects.toMatchObject({ code: 'ACTOR_FORBIDDEN' });
  expect(await deps.runs.list()).toEqual([]);
  expect((await ledger.read()).filter(({ type }) => type === 'action.refused').map(({ actor, subject }) => [actor, subject])).toEqual(
    ['aud', 'abe', 'nobody', 'ann'].map((actor) => [actor, 'refresh/shop/prod/2024-01-31']),
  );
  // The gate is asked about releases only.
  expect((await open('eve')).gate).toBe(true);
  expect(await open('ann', { scratch: true })).not.toHaveProperty('gate');
});
