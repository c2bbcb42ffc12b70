import { createArtifactStore } from '../../src/adapters/artifacts';
import { createSqlEngine } from '../../src/adapters/duckdb';
import { createLedger } from '../../src/adapters/ledger';
import { createLineage } from '../../src/adapters/lineage';
import { createReleaseStore } from '../../src/adapters/releases';
import { createRunStore } from '../../src/adapters/runs';
import { createSinksOf } from '../../src/adapters/sinks';
import type { PublishDeps } from '../../src/activities/publish';
import type { PublishInput } from '../../src/contracts/activities';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { RunContext, StageResult } from '../../src/contracts/run';
import type { Stage } from '../../src/contracts/stages';
import type { Vault } from '../../src/core/ports';
import { projectConfig, type ResolvedProject } from '../../src/config/project';
import { configDigest } from '../../src/core/audit';
import { publishedArtifacts } from './published';

const text = { from: 'x', type: 'text' };

/** A small project; places can be changed without changing what it says. */
export const projectOf = (more: object = {}): ResolvedProject => ({
  format: 1,
  config: projectConfig.parse({
    version: 1,
    project: 'shop',
    objective: { touchpoint: 'newsletter', kpis: ['revenue'], granularity: { min: 2, max: 3 } },
    sources: {
      transactions: {
        path: 'orders.csv',
        format: 'csv',
        columns: {
          customer_id: text,
          order_id: text,
          product_code: text,
          quantity: { ...text, type: 'integer' },
          unit_price: { ...text, type: 'decimal' },
          ordered_at: { ...text, type: 'timestamp' },
        },
      },
    },
    features: { model: ['frequency', 'monetary'] },
    privacy: { purpose: 'newsletter', projectKey: { env: 'SHOP_KEY' } },
    publish: { targets: [{ name: 'files', type: 'files', formats: ['csv', 'json'] }] },
    ...more,
  }),
  sql: {},
});

/** Real adapters on a folder; every call makes new ones, as a restarted process would. */
export function publishDeps(home: string, more: Partial<PublishDeps> = {}): PublishDeps {
  const artifacts = createArtifactStore(home);
  const engine = { store: home, temporary: `${home}/tmp/duckdb`, threads: 1, memoryLimit: '500MB' };
  let clock = Date.UTC(2024, 1, 1, 2);
  return {
    artifacts,
    code: { version: '0.1.0', digest: 'code', stages: { features: 'f' } },
    engine: { duckdb: '1.5.6', v8: '11', kernels: '1' },
    sql: createSqlEngine({ ...engine, artifacts }),
    runs: createRunStore(home),
    releases: createReleaseStore(home),
    ledger: createLedger(home),
    lineage: createLineage(home, '0.1.0'),
    sinksOf: createSinksOf({
      home,
      artifacts,
      engine,
      openVault: (): Vault => {
        throw new Error('no vault is needed here');
      },
    }),
    host: () => ({ node: process.versions.node }),
    fault: () => undefined,
    now: () => (clock += 1000),
    ...more,
  };
}

interface RunOptions {
  readonly asOf?: string;
  readonly scratch?: boolean;
  readonly attemptId?: string;
  readonly project?: object;
  /** SHA-256 digits of the source file. */
  readonly source?: string;
  readonly reprocess?: number;
}

/** A run up to its report, with artifacts in the store, as the workflow hands it to `publishRelease`. */
export async function runUpToReport(
  deps: PublishDeps,
  { asOf = '2024-01-31', scratch = false, attemptId = 't1', project, source = '7', reprocess = 0 }: RunOptions = {},
) {
  const { artifacts } = deps;
  const resolved = projectOf(project);
  const workflowId = `refresh/shop/prod/${asOf}`;
  const opened = await deps.runs.open({
    project: 'shop',
    environment: 'prod',
    asOf,
    scratch,
    workflowId,
    temporalRunId: attemptId,
    request: {},
    retryOf: null,
  });
  const run: RunContext = {
    project: 'shop',
    environment: 'prod',
    asOf,
    knownAt: null,
    kind: 'adhoc',
    scratch,
    reprocess,
    resolved: await artifacts.writeJson('project.resolved', resolved),
    configDigest: configDigest(resolved),
    projectDir: '.',
    actor: 'ana',
    reason: 'first look',
    retryOf: null,
    runId: opened.runId,
    attempt: opened.attempt,
  };
  const file = { name: 'orders.csv', sha256: source.repeat(64), bytes: 10, rows: 3 };
  const json = async (kind: string, value: unknown) => ({ [kind]: await artifacts.writeJson(kind, value) });
  const {
    'personas.personas': personas,
    'personas.memberships': memberships,
    'features.features': features,
    'report.html': html,
  } = await publishedArtifacts(artifacts);
  const stages = [
    stageOf(
      'extract',
      await json('extract.report', {
        asOf,
        knownAt: null,
        projectKeyId: 'k',
        sources: [
          { role: 'transactions', files: [file], rowsIn: 3, kept: 3, rejected: [], columns: [], profileHash: 'p' },
        ],
      }),
    ),
    stageOf('quality', await json('quality.report', { checks: [], quarantined: [], profile: {} })),
    stageOf('clean', await json('clean.report', { steps: [], rowsIn: 3, rowsOut: 3, customers: 20 })),
    stageOf('features', { 'features.features': features }),
    stageOf('prepare', await json('prepare.preprocessing', { columns: [], dropped: [], correlation: [], rows: 20 })),
    stageOf(
      'selection',
      await json('selection.report', {
        rule: 'r',
        between: 'b',
        finalists: [],
        withoutFinalist: [],
        limits: {},
        range: {},
        candidates: [
          {
            k: 2,
            inertia: 1.5,
            centroids: [[0]],
            sizes: [13, 7],
            shares: [0.65, 0.35],
            unassigned: 0,
            gates: [{ gate: 'minCustomers', passed: false, evidence: 'smallest cluster 7 customers, at least 9 asked' }],
            rejectedStarts: [],
            why: 'only 7 customers',
          },
        ],
        chosen: { algorithm: 'kmeans', k: 2 },
        why: 'w',
        evidence: [],
        warnings: [],
        sample: {},
      }),
    ),
    stageOf('clustering', {
      ...(await json('clustering.check', { implementation: 'ml-kmeans', passed: true })),
      ...(await json('clustering.second', { rows: 0, finding: 'f' })),
    }),
    stageOf('personas', { 'personas.personas': personas, 'personas.memberships': memberships }),
    stageOf('report', { 'report.html': html }),
  ];
  const inputOf = (parentRelease: number | null): PublishInput => ({
    run,
    stages,
    parentRelease,
    temporal: { workflowId, runId: attemptId },
    startedAt: opened.startedAt,
  });
  return { run, stages, inputOf };
}

const stageOf = (stage: Stage, outputs: ArtifactRefs): StageResult => ({
  stage,
  key: stage,
  outputs,
  rowsIn: null,
  rowsOut: null,
  summary: stage,
  warnings: [],
  facts: {},
  observed: { reused: false, ms: 10, attempt: 1, startedAt: '2024-02-01T02:00:00.000Z' },
});
