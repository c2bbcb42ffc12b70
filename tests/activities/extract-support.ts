import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StageDefinition, StageOutput, StageWork } from '../../src/activities/stage';
import { createSqlModels } from '../../src/adapters/duckdb';
import { openVault } from '../../src/adapters/vault';
import { projectConfig, type ProjectConfig } from '../../src/config/project';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import { createTestEngine } from '../support/warehouse';

export const TEST_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90';

/** A folder with files, made for one test. */
export function project(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-project-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Columns of a small transactions export whose names are the declared ones. */
export const COLUMNS = {
  customer_id: { from: 'customer', type: 'text' },
  order_id: { from: 'order', type: 'text' },
  product_code: { from: 'product', type: 'text' },
  quantity: { from: 'quantity', type: 'integer' },
  unit_price: { from: 'price', type: 'decimal' },
  ordered_at: { from: 'at', type: 'timestamp' },
} as const;

export type SourceInput = Record<string, unknown>;

/** A whole config around the sources that a test is about. */
export function configWith(transactions: SourceInput, rest: Record<string, unknown> = {}): ProjectConfig {
  const { customers, ...others } = rest;
  return projectConfig.parse({
    version: 1,
    project: 'test',
    objective: { touchpoint: 'test', kpis: ['revenue'], granularity: { min: 2, max: 5 } },
    sources: { transactions: { columns: COLUMNS, ...transactions }, ...(customers === undefined ? {} : { customers }) },
    features: { model: ['frequency'] },
    privacy: { purpose: 'test', projectKey: { env: 'K' } },
    ...others,
  });
}

export interface Stages {
  readonly env: ReturnType<typeof createTestEngine>;
  readonly home: string;
  run(
    definition: StageDefinition,
    config: ProjectConfig,
    options?: {
      asOf?: string;
      knownAt?: string | null;
      dir?: string;
      inputs?: ArtifactRefs;
      sql?: Record<string, string>;
      signal?: AbortSignal;
      between?: () => void;
    },
  ): Promise<StageOutput>;
  rows(ref: ArtifactRefs[string] | undefined, select?: string): Promise<Record<string, unknown>[]>;
}

/** Run stage bodies as the activities do, without Temporal. */
export function createStages(threads = 2): Stages {
  const env = createTestEngine(threads);
  const home = mkdtempSync(join(tmpdir(), 'dramatis-home-'));
  const models = createSqlModels();
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  return {
    env,
    home,
    async run(
      definition,
      config,
      {
        asOf = '2011-12-09',
        knownAt = null,
        dir = '.',
        inputs = {},
        sql = {},
        signal = new AbortController().signal,
        between,
      } = {},
    ) {
      const work: StageWork = {
        run: {
          project: 'test',
          environment: 'prod',
          asOf,
          knownAt,
          kind: 'adhoc',
          scratch: true,
          reprocess: 0,
          resolved: { sha256: '', bytes: 0, rows: null, kind: 'project.resolved' },
          configDigest: '',
          projectDir: dir,
          actor: 'test',
          reason: 'test',
          retryOf: null,
          runId: `test-prod-${asOf}-1`,
          attempt: 1,
        },
        project: { format: 1, config, sql },
        config,
        inputs,
        signal,
        deps: {
          artifacts: env.artifacts,
          sql: env.sql,
          models,
          compute: { threads: 1, map: unused },
          reportRuntime: unused,
          code: { version: 'test', digest: 'test', stages: {} },
          vault: openVault({ config: config.privacy, projectDir: dir, home, env: { K: TEST_KEY } }),
        },
        progress: () => undefined,
      };
      await definition.extraKey?.(work);
      between?.();
      return definition.work(work);
    },
    async rows(ref, select = 'SELECT * FROM t.t') {
      if (!ref) throw new Error('no such output');
      const session = await env.sql.session();
      try {
        await session.view('t.t', ref);
        return await session.rows(select);
      } finally {
        await session.close();
      }
    },
  };
}
