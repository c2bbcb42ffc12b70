import { resolve } from 'node:path';
import { DefaultLogger, Runtime, Worker, bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../src/contracts/activities';
import type { RefreshRequest, RunContext, StageResult } from '../../src/contracts/run';
import { SEARCH_ATTRIBUTES } from '../../src/contracts/search-attributes';
import type { Stage } from '../../src/contracts/stages';
import { COMPUTE_QUEUE, MAIN_QUEUE } from '../../src/contracts/task-queues';
import { ensureNamespace } from '../../src/adapters/temporal/namespace';
import { failureInterceptor } from '../../src/activities/failures';
import { planNight } from '../../src/activities/nights';
import { testServerPath } from '../support/services';

export const request: RefreshRequest = {
  project: 'shop',
  environment: 'test',
  asOf: '2026-06-30',
  knownAt: null,
  kind: 'adhoc',
  scratch: false,
  reprocess: 0,
  resolved: { sha256: '0'.repeat(64), bytes: 2, rows: null, kind: 'project.resolved' },
  configDigest: 'c'.repeat(64),
  projectDir: '.',
  actor: 'tester',
  reason: 'test',
  retryOf: null,
};

export const stageResult = (stage: Stage, reused = false): StageResult => ({
  stage,
  key: stage,
  outputs: { [`${stage}.out`]: { sha256: stage.padEnd(64, '0'), bytes: 1, rows: 1, kind: `${stage}.out` } },
  rowsIn: 1,
  rowsOut: 1,
  summary: stage,
  warnings: [],
  facts: {},
  observed: { reused, ms: 1, attempt: 1, startedAt: '2026-07-01T00:00:00.000Z' },
});

let runs = 0;

/** Activities that answer at once and write down what was called; single ones may be replaced. */
export function fakeActivities(calls: string[], overrides: Partial<Activities> = {}): Activities {
  // The archive of a run is named after it, and may still be open when the next test starts.
  const run: RunContext = { ...request, runId: `shop-test-2026-06-30-${++runs}`, attempt: 1 };
  const stage = (name: Stage) => (): Promise<StageResult> => {
    calls.push(name);
    return Promise.resolve(stageResult(name));
  };
  return {
    extract: stage('extract'),
    quality: stage('quality'),
    clean: stage('clean'),
    features: stage('features'),
    prepare: stage('prepare'),
    selection: stage('selection'),
    clustering: stage('clustering'),
    personas: stage('personas'),
    report: stage('report'),
    holdout: () => {
      calls.push('holdout');
      const [ref] = Object.values(stageResult('clustering').outputs);
      return Promise.resolve({ ...stageResult('clustering'), outputs: { 'clustering.holdout': ref }, warnings: ['one persona does not last'], facts: { holdout: {} } });
    },
    contend: ({ algorithm }) => {
      calls.push(`contend:${algorithm}`);
      return Promise.resolve({ ...stageResult('selection'), outputs: { [`selection.${algorithm}`]: stageResult('selection').outputs['selection.out'] } });
    },
    findChampion: () => Promise.resolve(null),
    drift: stage('prepare'),
    challenge: stage('clustering'),
    decideMode: () => Promise.resolve({ mode: 'refit', because: 'test' }),
    scorePrepare: stage('prepare'),
    scoreSelection: stage('selection'),
    scoreClustering: stage('clustering'),
    planNight,
    lookAtRun: () => Promise.resolve(null),
    openBackfill: () => Promise.resolve({ days: [], firstParent: null }),
    noteBackfill: () => Promise.resolve(),
    openRun: () => Promise.resolve({ run, algorithms: ['kmeans', 'mixture'], holdout: true, startedAt: '2026-07-01T00:00:00.000Z' }),
    resolveParent: () => Promise.resolve({ parentRelease: null, artifacts: {} }),
    weighRelease: () => Promise.resolve({ decision: 'open', rule: 'gate/within-limits', reasons: [], digest: 'd', timeoutHours: 72 }),
    checkDecision: ({ signed }) => Promise.resolve({ approver: signed.statement.actor, digest: signed.statement.digest, signed }),
    publishRelease: ({ stages: done }) => {
      calls.push('publish');
      const manifest = { sha256: 'f'.repeat(64), bytes: 1, rows: null, kind: 'run.manifest' };
      return Promise.resolve({ runId: run.runId, digest: 'd', resultDigest: 'r', manifest, release: 1, personas: 5, outcome: 'published', stages: [...done, stageResult('publish')] });
    },
    recordOutcome: ({ status, stage: at }) => {
      calls.push(`outcome:${status}:${at}`);
      return Promise.resolve();
    },
    archiveHistory: () => Promise.resolve({ sha256: 'a'.repeat(64), events: 1 }),
    ...overrides,
  };
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;
export const workflowBundle = (): Promise<WorkflowBundleWithSourceMap> =>
  (bundle ??= bundleWorkflowCode({ workflowsPath: resolve('src/workflows/index.ts'), logger: new DefaultLogger('ERROR') }));

export async function createEnvironment(): Promise<TestWorkflowEnvironment> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: testServerPath() } } });
  await ensureNamespace(env.connection, 'default', () => undefined, { attributes: Object.values(SEARCH_ATTRIBUTES) });
  return env;
}

/** Run `test` with a worker on both queues. */
export async function withWorker<T>(env: TestWorkflowEnvironment, activities: Activities, test: () => Promise<T>): Promise<T> {
  const shared = { connection: env.nativeConnection, activities, interceptors: { activity: [() => failureInterceptor()] } };
  const main = await Worker.create({ ...shared, taskQueue: MAIN_QUEUE, workflowBundle: await workflowBundle() });
  const compute = await Worker.create({ ...shared, taskQueue: COMPUTE_QUEUE });
  return main.runUntil(compute.runUntil(test()));
}
