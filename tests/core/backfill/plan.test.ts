import type { BackfillRequest } from '../../../src/contracts/backfill';
import type { ReleaseCommit } from '../../../src/contracts/manifest';
import type { RefreshRequest, RunStatus, StageResult } from '../../../src/contracts/run';
import { costOf } from '../../../src/core/backfill/cost';
import { planBackfill } from '../../../src/core/backfill/plan';
import type { RunRecord } from '../../../src/core/ports';

const refresh: RefreshRequest = {
  project: 'shop',
  environment: 'test',
  asOf: '2026-06-30',
  knownAt: null,
  kind: 'adhoc',
  scratch: false,
  reprocess: 0,
  resolved: { sha256: '0', bytes: 2, rows: null, kind: 'project.resolved' },
  configDigest: 'c',
  projectDir: '.',
  actor: 'tester',
  reason: 'test',
  retryOf: null,
};

const stageResult = (stage: StageResult['stage'], reused = false): StageResult => ({
  stage,
  key: stage,
  outputs: {},
  rowsIn: 1,
  rowsOut: 1,
  summary: stage,
  warnings: [],
  facts: {},
  observed: { reused, ms: 1, attempt: 1, startedAt: '' },
});

const request = (more: Partial<BackfillRequest> = {}, of: Partial<RefreshRequest> = {}): BackfillRequest => ({
  from: '2026-06-01',
  to: '2026-06-03',
  every: '1d',
  reprocess: 'none',
  lanes: 2,
  promote: false,
  refresh: { ...refresh, kind: 'backfill', ...of },
  ...more,
});

const scoredBy = (model: string): StageResult => ({ ...stageResult('clustering'), facts: { scored: { model, fittedAsOf: '2026-06-30' } } });

function run(asOf: string, status: RunStatus, more: Partial<RunRecord> = {}, of: Partial<RefreshRequest> = {}): RunRecord {
  return {
    format: 1,
    runId: `shop-test-${asOf}-${more.release ?? status}`,
    workflowId: '',
    temporalRunIds: ['t'],
    request: { ...refresh, asOf, ...of },
    attempts: 1,
    status,
    startedAt: '',
    finishedAt: null,
    stages: status === 'succeeded' ? [stageResult('clustering')] : [],
    manifest: null,
    release: null,
    outcome: null,
    failure: status === 'failed' ? { code: 'ROWS_LOST', stage: 'clean', message: '' } : null,
    ...more,
  };
}
const release = (n: number, asOf: string, model = `m${n}`): ReleaseCommit =>
  ({ n, asOf, artifacts: { 'clustering.model': { sha256: model, bytes: 1, rows: null, kind: '' } } }) as unknown as ReleaseCommit;
const plan = (asked: BackfillRequest, runs: readonly RunRecord[], releases: readonly ReleaseCommit[] = []) =>
  planBackfill({ request: asked, runs, releases });
const actions = (...args: Parameters<typeof plan>) =>
  plan(...args).days.map(({ action, release: made, reprocess, retryOf }) => [action, made, reprocess, retryOf]);

describe('what a backfill does with its days', () => {
  const runs = [run('2026-06-01', 'succeeded', { release: 4 }), run('2026-06-02', 'failed')];

  it('runs those without a run, and leaves alone what is done or failed', () => {
    expect(actions(request(), runs)).toEqual([
      ['skip', 4, 0, null],
      ['skip', null, 0, null],
      ['run', null, 0, null],
    ]);
    expect(plan(request(), runs).days.map(({ because }) => because)).toEqual([
      'shop-test-2026-06-01-4 made release 4',
      'shop-test-2026-06-02-failed failed (ROWS_LOST)',
      'no run yet',
    ]);
  });

  it('retries what failed under its own id, when asked to', () => {
    expect(actions(request({ reprocess: 'failed' }), runs)).toEqual([
      ['skip', 4, 0, null],
      ['run', null, 0, 'shop-test-2026-06-02-failed'],
      ['run', null, 0, null],
    ]);
  });

  it('runs again what is done under the next reprocess number, when asked to', () => {
    const twice = [...runs, run('2026-06-01', 'succeeded', { release: 6 }, { reprocess: 2 })];
    expect(actions(request({ reprocess: 'completed' }), twice)[0]).toEqual(['run', null, 3, null]);
    expect(actions(request(), twice)[0]).toEqual(['skip', 6, 0, null]);
  });

  it('goes on with a cancelled day, and with one that never ended', () => {
    expect(actions(request(), [run('2026-06-01', 'cancelled'), run('2026-06-02', 'running')])).toEqual([
      ['run', null, 0, 'shop-test-2026-06-01-cancelled'],
      ['run', null, 0, null],
      ['run', null, 0, null],
    ]);
  });

  it('takes a day as done only where the same was asked: project, clock, and a fit of its own', () => {
    for (const other of [
      { project: 'other' },
      { environment: 'dev' },
      { knownAt: '2026-06-05T00:00:00.000Z' },
      { scratch: true },
      { kind: 'replay' as const },
    ])
      expect(actions(request(), [run('2026-06-01', 'succeeded', { release: 4 }, other)])[0]).toEqual(['run', null, 0, null]);
    expect(actions(request(), [run('2026-06-01', 'succeeded', { release: 4, stages: [scoredBy('m9')] }, { mode: 'auto' })])[0]).toEqual([
      'run',
      null,
      0,
      null,
    ]);
  });

  it('of a pinned model only where that very model was applied, whatever release it was taken from', () => {
    const pinned = request({}, { mode: 'score', modelRelease: 9 });
    const releases = [release(9, '2026-06-30', 'model-a')];
    const scored = (model: string) => [run('2026-06-01', 'succeeded', { release: 4, stages: [scoredBy(model)] }, { mode: 'auto' })];
    expect(actions(pinned, scored('model-a'), releases)[0]).toEqual(['skip', 4, 0, null]);
    expect(actions(pinned, scored('model-b'), releases)[0]).toEqual(['run', null, 0, null]);
    expect(actions(pinned, runs, releases)[0]).toEqual(['run', null, 0, null]);
    // One that failed before its clustering is known by what it asked for.
    const failed = [run('2026-06-02', 'failed', {}, { mode: 'score', modelRelease: 9 })];
    expect(actions(pinned, failed, releases)[1]).toEqual(['skip', null, 0, null]);
  });

  it('matches the first day to the newest release of a day before it', () => {
    expect(plan(request(), []).firstParent).toBeNull();
    expect(
      plan(request(), [], [release(1, '2026-05-31'), release(2, '2026-05-30'), release(3, '2026-05-31'), release(4, '2026-06-01')]).firstParent,
    ).toBe(3);
  });

  it('refuses a range that one message could not hold', () => {
    expect(() => plan(request({ from: '2010-01-01', to: '2020-01-01' }), [])).toThrow('too many for one backfill');
  });
});

describe('what it costs', () => {
  const timed = (ms: number, stages: readonly StageResult['stage'][], reused = false) =>
    run('2026-06-01', 'succeeded', {
      stages: stages.map((stage) => ({ ...stageResult(stage, reused), observed: { reused, ms, attempt: 1, startedAt: '' } })),
    });

  it('takes the median of each stage, and lets the lanes share all but the second phase', () => {
    const runs = [
      timed(1000, ['extract', 'clustering', 'publish']),
      timed(2000, ['extract', 'clustering', 'publish']),
      timed(9000, ['extract', 'clustering', 'publish']),
    ];
    // 2 x 2 s up to the clustering, 2 s after it: with two lanes a day takes (4 + 2) / 2 = 3 s, with many 2 s
    expect(costOf(10, 2, runs, false)).toEqual({ first: 4000, second: 2000, whole: 30_000, basis: 3 });
    expect(costOf(10, 8, runs, false).whole).toBe(20_000);
  });

  it('does not count what was reused, and says when nothing tells', () => {
    expect(costOf(1, 1, [timed(1000, ['extract']), timed(1, ['extract'], true)], false).first).toBe(1000);
    expect(costOf(1, 1, [timed(1000, ['extract'])], true)).toEqual({ first: 0, second: 0, whole: null, basis: 0 });
  });
});
