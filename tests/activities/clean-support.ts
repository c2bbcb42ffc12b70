import { createSqlModels } from '../../src/adapters/duckdb/sql-models';
import type { StageDefinition, StageOutput, StageWork } from '../../src/activities/stage';
import { projectConfig, type ProjectConfig } from '../../src/config/project';
import type { ArtifactRef, ArtifactRefs } from '../../src/contracts/artifacts';
import type { RunContext } from '../../src/contracts/run';
import type { Compute, SqlSession } from '../../src/core/ports';
import { createTestEngine } from '../support/warehouse';

export const models = createSqlModels();

type Input = Readonly<Record<string, unknown>>;

const TRANSACTIONS = {
  path: 'lines.csv',
  format: 'csv',
  columns: {
    customer_id: { from: 'customer', type: 'text' },
    order_id: { from: 'order', type: 'text' },
    product_code: { from: 'code', type: 'text' },
    quantity: { from: 'quantity', type: 'integer' },
    unit_price: { from: 'price', type: 'decimal' },
    ordered_at: { from: 'at', type: 'timestamp' },
    product_name: { from: 'name', type: 'text' },
    country: { from: 'country', type: 'text' },
  },
};

/** A config with the least that is needed; `over` replaces whole sections. */
export const configOf = (over: { cleaning?: Input; features?: Input; customers?: Input; transactions?: Input; modeling?: Input } = {}): ProjectConfig =>
  projectConfig.parse({
    version: 1,
    project: 'test',
    objective: { touchpoint: 'newsletter', kpis: ['revenue'], granularity: { min: 2, max: 5 } },
    sources: { transactions: { ...TRANSACTIONS, ...over.transactions }, ...(over.customers ? { customers: over.customers } : {}) },
    cleaning: over.cleaning ?? {},
    features: { model: ['recency_days'], ...over.features },
    ...(over.modeling ? { modeling: over.modeling } : {}),
    privacy: { purpose: 'test', projectKey: { env: 'KEY' } },
  });

const run = (asOf: string): RunContext => ({
  project: 'test', environment: 'prod', asOf, knownAt: null, kind: 'adhoc', scratch: true, reprocess: 0, configDigest: '', projectDir: '.', actor: 'test', reason: 'test', retryOf: null,
  resolved: { sha256: '', bytes: 0, rows: null, kind: 'project.resolved' }, runId: 'test-prod-1', attempt: 1,
});

/** The stages over a real engine and a temporary store; close with `dispose`. */
export function createBench(threads = 2, compute?: Compute) {
  const { sql, artifacts, dispose } = createTestEngine(threads);

  async function inSession<T>(work: (session: SqlSession) => Promise<T>, reads: readonly string[] = []): Promise<T> {
    const session = await sql.session({ reads });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  return {
    artifacts,
    dispose,
    inSession,
    /** Make an artifact of a SELECT with a column row_id, which may read the files named. */
    artifact: (kind: string, select: string, reads: readonly string[] = []) => inSession((session) => session.save(kind, `SELECT * FROM (${select}) ORDER BY row_id`), reads),
    /** Run one stage's work as the activity would. */
    stage(definition: StageDefinition, config: ProjectConfig, inputs: ArtifactRefs, options: { asOf?: string; sql?: Readonly<Record<string, string>>; notes?: ArtifactRef } = {}): Promise<StageOutput> {
      const refuse = () => {
        throw new Error('not part of these stages');
      };
      const work: StageWork = {
        run: run(options.asOf ?? '2024-12-31'),
        project: { format: 1, config, sql: options.sql ?? {}, ...(options.notes && { notes: options.notes }) },
        config,
        inputs,
        signal: new AbortController().signal,
        progress: () => undefined,
        deps: {
          artifacts, sql, models,
          compute: compute ?? { threads: 1, map: refuse },
          vault: { keyId: '', pseudonym: refuse, remember: refuse, recall: refuse, seal: refuse, erased: refuse },
          reportRuntime: refuse,
          code: { version: 'test', digest: 'test', stages: {} },
        },
      };
      return definition.work(work);
    },
    /** Query artifacts, each under its own kind. */
    query: <T extends Record<string, unknown>>(inputs: ArtifactRefs, select: string) =>
      inSession(async (session) => {
        for (const [name, ref] of Object.entries(inputs)) if (ref.rows !== null) await session.view(name, ref);
        return session.rows<T>(select);
      }),
  };
}

export type Bench = ReturnType<typeof createBench>;

/** `[row_id, pid, order_id, product_code, quantity, unit_price, ordered_at, product_name, country]` */
export type LineRow = readonly [number, string | null, string | null, string | null, number | null, string | null, string | null, (string | null)?, (string | null)?];

const literal = (value: string | number | null | undefined): string => (value === null || value === undefined ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`);

/** A SELECT of hand-made order lines, typed as `quality.transactions` is. */
export const linesSelect = (rows: readonly LineRow[]): string => `
  SELECT row_id::BIGINT AS row_id, pid::VARCHAR AS pid, order_id::VARCHAR AS order_id, product_code::VARCHAR AS product_code, quantity::BIGINT AS quantity,
    unit_price::DECIMAL(18, 4) AS unit_price, ordered_at::TIMESTAMP AS ordered_at, product_name::VARCHAR AS product_name, country::VARCHAR AS country
  FROM (VALUES ${rows.map((row) => `(${Array.from({ length: 9 }, (_, i) => literal(row[i])).join(', ')})`).join(', ')})
    AS t(row_id, pid, order_id, product_code, quantity, unit_price, ordered_at, product_name, country)`;

/** Online Retail as `quality.transactions` would hold it, the customer id in place of the pseudonym. */
export const onlineRetailSelect = (file: string): string => `
  SELECT row_number() OVER (ORDER BY InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country) AS row_id, CustomerID::VARCHAR AS pid,
    InvoiceNo AS order_id, StockCode AS product_code, Quantity::BIGINT AS quantity, UnitPrice::DECIMAL(18, 4) AS unit_price, InvoiceDate::TIMESTAMP AS ordered_at,
    Description AS product_name, Country AS country
  FROM read_parquet('${file}')`;
