import { join } from 'node:path';
import { createSqlEngine } from '../../src/adapters/duckdb/engine';
import type { SqlEngine, SqlSession } from '../../src/core/ports';
import { createTestStore } from './store';

/** An engine over a temporary store; `dispose` removes both. */
export function createTestEngine(threads = 2): {
  sql: SqlEngine;
  artifacts: ReturnType<typeof createTestStore>;
  dispose(): Promise<void>;
} {
  const artifacts = createTestStore();
  const sql = createSqlEngine({ artifacts, threads, memoryLimit: '512MB', temporary: join(artifacts.folder, 'sql') });
  return { sql, artifacts, dispose: () => artifacts.dispose() };
}

/** Columns of the tables in docs/tables.md, with the optional ones that examples declare. */
export const TABLES: Readonly<Record<string, string>> = {
  'extract.transactions': `SELECT NULL::BIGINT AS row_id, NULL::VARCHAR AS pid, NULL::VARCHAR AS order_id, NULL::VARCHAR AS product_code, NULL::BIGINT AS quantity,
    NULL::DECIMAL(18, 4) AS unit_price, NULL::TIMESTAMP AS ordered_at, NULL::VARCHAR AS product_name, NULL::VARCHAR AS product_category, NULL::VARCHAR AS country`,
  'extract.customers': `SELECT NULL::BIGINT AS row_id, NULL::VARCHAR AS pid, NULL::VARCHAR AS city, NULL::VARCHAR AS country, NULL::BIGINT AS birth_year, NULL::DATE AS updated_on`,
  'clean.lines': `SELECT NULL::BIGINT AS row_id, NULL::VARCHAR AS pid, NULL::VARCHAR AS order_id, NULL::VARCHAR AS product_code, NULL::BIGINT AS quantity,
    NULL::DECIMAL(18, 4) AS unit_price, NULL::DECIMAL(38, 4) AS amount, NULL::TIMESTAMP AS ordered_at, NULL::VARCHAR AS kind, NULL::VARCHAR AS category, NULL::VARCHAR AS country,
    NULL::VARCHAR AS product_name, NULL::VARCHAR AS product_category`,
  'clean.orders': `SELECT NULL::VARCHAR AS pid, NULL::VARCHAR AS order_id, NULL::TIMESTAMP AS ordered_at, NULL::DATE AS ordered_on, NULL::BIGINT AS lines, NULL::BIGINT AS units, NULL::DECIMAL(38, 4) AS amount`,
  'clean.customers': `SELECT NULL::BIGINT AS row_id, NULL::VARCHAR AS pid, NULL::VARCHAR AS city, NULL::VARCHAR AS country, NULL::BIGINT AS birth_year, NULL::DATE AS updated_on`,
  'clean.removed': `SELECT NULL::VARCHAR AS source, NULL::BIGINT AS row_id, NULL::VARCHAR AS rule, NULL::VARCHAR AS pid, NULL::VARCHAR AS order_id, NULL::DECIMAL(38, 4) AS amount`,
  'features.features': `SELECT NULL::VARCHAR AS pid, NULL::INTEGER AS recency_days, NULL::INTEGER AS frequency, NULL::DECIMAL(38, 4) AS monetary, NULL::DOUBLE AS median_gap_days`,
  'prepare.matrix': `SELECT NULL::VARCHAR AS pid, NULL::DOUBLE AS recency_days`,
  'clustering.assignments': `SELECT NULL::VARCHAR AS pid, NULL::INTEGER AS cluster, NULL::DOUBLE AS distance, NULL::INTEGER AS runner_up, NULL::DOUBLE AS margin, NULL::DOUBLE AS probability`,
  'personas.memberships': `SELECT NULL::VARCHAR AS pid, NULL::VARCHAR AS persona_key, NULL::INTEGER AS cluster, NULL::DOUBLE AS margin, NULL::DOUBLE AS probability, NULL::VARCHAR AS runner_up_key`,
  // Tables that stages fill themselves on the way, as their models describe them.
  'extract.read': `SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS order_id, NULL::VARCHAR AS product_code, NULL::BIGINT AS quantity, NULL::DECIMAL(18, 4) AS unit_price,
    NULL::TIMESTAMP AS ordered_at, NULL::VARCHAR AS reject_reason, NULL::VARCHAR AS reject_record`,
  'extract.pseudonyms': `SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS pid`,
  'extract.output': `SELECT NULL::DECIMAL(18, 4) AS unit_price`,
  'quality.offending': `SELECT NULL::VARCHAR AS rule_id, NULL::VARCHAR AS source, NULL::BIGINT AS row_id, NULL::VARCHAR AS pid, NULL::BOOLEAN AS removed, NULL::VARCHAR AS "row"`,
  'quality.valid': `SELECT NULL::VARCHAR AS value, NULL::VARCHAR AS decided`,
  'clean.policies': `SELECT NULL::INTEGER AS position, NULL::VARCHAR AS rule, NULL::VARCHAR AS policy, NULL::BOOLEAN AS removes`,
  'features.country_groups': `SELECT NULL::VARCHAR AS country, NULL::VARCHAR AS country_group`,
  'personas.numbers': `SELECT NULL::VARCHAR AS pid, NULL::DOUBLE AS recency_days`,
  'personas.texts': `SELECT NULL::VARCHAR AS pid, NULL::VARCHAR AS country_group`,
  'personas.keys': `SELECT NULL::INTEGER AS cluster, NULL::VARCHAR AS persona_key`,
  'history.memberships': `SELECT NULL::INTEGER AS n, NULL::VARCHAR AS pid, NULL::VARCHAR AS persona_key`,
  'history.releases': `SELECT NULL::INTEGER AS n, NULL::DATE AS as_of`,
  'parent.memberships': `SELECT NULL::VARCHAR AS pid, NULL::VARCHAR AS persona_key, NULL::INTEGER AS cluster`,
};
const ALIASES: Readonly<Record<string, string>> = {
  'quality.transactions': 'extract.transactions',
  'quality.customers': 'extract.customers',
};

/** Make empty tables with the columns of docs/tables.md: all of them, or those named. */
export async function createTables(
  session: SqlSession,
  names: readonly string[] = [...Object.keys(TABLES), ...Object.keys(ALIASES)],
): Promise<void> {
  for (const name of names) {
    const columns = TABLES[ALIASES[name] ?? name];
    if (columns === undefined) throw new Error(`tests/support/warehouse.ts has no columns for ${name}`);
    await session.table(name, `SELECT * FROM (${columns}) WHERE false`);
  }
}
