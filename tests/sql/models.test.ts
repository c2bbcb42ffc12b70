import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createSqlModels, SQL_FOLDER } from '../../src/adapters/duckdb';
import { executeWith } from '../../src/adapters/duckdb/statements';
import { STAGES } from '../../src/contracts/stages';
import { fillIdentifiers } from '../../src/core/sql/identifiers';
import { lintSql } from '../../src/core/sql/lint';
import { isOrdered } from '../../src/core/sql/tokens';
import type { SqlParams, SqlSession, SqlValue } from '../../src/core/ports';
import { createTables, createTestEngine, TABLES } from '../support/warehouse';

const files = readdirSync(SQL_FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sql'))
  .sort();
const names = files.map((file) => file.replace(/\.sql$/, ''));
const models = createSqlModels();

/** What fills the holes of a model, by hole; the columns exist in the tables of tests/support/warehouse.ts. */
const HOLES: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  'extract/pseudonymised': { columns: ['pid', 'order_id', 'quantity'] },
  'extract/column_profile': { column: 'unit_price' },
  'quality/completeness': { source: 'transactions', column: 'pid' },
  'quality/duplicates': { source: 'transactions', columns: ['order_id', 'product_code'] },
  'quality/range': { source: 'transactions', column: 'quantity' },
  'quality/range_dates': { source: 'transactions', column: 'ordered_at' },
  'quality/reference': { source: 'transactions', column: 'pid', in: 'customers', in_column: 'pid' },
  'quality/consistency': { source: 'customers', column: 'city', decides: 'country', valid: 'valid' },
  'quality/kept': { source: 'transactions' },
  'quality/exact_duplicates': { source: 'transactions', columns: ['pid', 'order_id'] },
  'quality/exact_duplicate_lines': { columns: ['pid', 'order_id'] },
  'quality/number_profile': { source: 'transactions', column: 'unit_price' },
  'quality/date_profile': { source: 'transactions', column: 'ordered_at' },
};

/** A value of the type that the header gives a parameter; the text also is the name of a column, for models that take one. */
function valueOf(type: string): SqlValue {
  if (type === 'DATE') return { date: '2011-12-09' };
  if (type.endsWith('[]')) return { list: ['country'] };
  if (/^(VARCHAR|TIMESTAMP)/.test(type)) return type === 'VARCHAR' ? 'country' : '2011-12-09 00:00:00';
  if (type === 'BOOLEAN') return true;
  return 1;
}

const paramsOf = (params: Readonly<Record<string, string>>): SqlParams =>
  Object.fromEntries(Object.entries(params).map(([name, type]) => [name, valueOf(type)]));

/** The text of a model with its holes filled. */
const filled = (name: string): string => {
  const { header, text } = models.get(name);
  return header.holes.length === 0 ? text : fillIdentifiers(text, HOLES[name] ?? {});
};

/** Where rows in → rows out of each model are tested: by name, or by a run of its stage on rows made for it. */
const ROWS_TESTED_IN: Readonly<Record<string, readonly string[]>> = {
  'tests/sql/clean/rows.test.ts': [
    'clean/coverage',
    'clean/customer_removals',
    'clean/incomplete_lines',
    'clean/non_products',
    'clean/pattern',
    'clean/counts',
  ],
  'tests/sql/clean/online-retail.test.ts': [
    'clean/missing_customers',
    'clean/bad_debt',
    'clean/exact_duplicates',
    'clean/cancellations',
    'clean/zero_prices',
    'clean/negative_prices',
    'clean/negative_quantities',
  ],
  'tests/activities/clean.test.ts': [
    'clean/decisions',
    'clean/steps',
    'clean/lines',
    'clean/orders',
    'clean/removed',
    'clean/categories',
    'clean/customers',
  ],
  'tests/sql/extract/rows.test.ts': ['extract/identities', 'extract/rejected_records', 'extract/rejections'],
  'tests/activities/extract-formats.test.ts': ['extract/column_profile', 'extract/pseudonymised'],
  'tests/sql/features/rows.test.ts': ['features/totals'],
  'tests/activities/features.test.ts': [
    'features/rfm',
    'features/orders',
    'features/timing',
    'features/seasonality',
    'features/product_mix',
    'features/country',
    'features/customers',
    'features/cohorts',
  ],
  'tests/sql/quality/rows.test.ts': ['quality/transaction_facts'],
  'tests/activities/quality.test.ts': [
    'quality/completeness',
    'quality/consistency',
    'quality/date_profile',
    'quality/duplicates',
    'quality/exact_duplicates',
    'quality/exact_duplicate_lines',
    'quality/kept',
    'quality/number_profile',
    'quality/quarantine',
    'quality/range',
    'quality/range_dates',
    'quality/reference',
  ],
  'tests/sql/personas/history.test.ts': ['personas/events', 'personas/history', 'personas/migration'],
  'tests/sql/personas/personas.test.ts': [
    'personas/at_risk',
    'personas/kept',
    'personas/levels',
    'personas/memberships',
    'personas/overlap',
    'personas/profile',
    'personas/sizes',
    'personas/whales',
  ],
};

const env = createTestEngine();
let session: SqlSession;
let plain: DuckDBConnection;
/** The same empty table on a connection of its own, for statements that a session refuses. */
async function mirror(name: string, select: string, params: SqlParams = {}): Promise<void> {
  const [schema = ''] = name.split('.');
  await plain.run(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  await executeWith(
    plain,
    `CREATE TABLE "${name.replace('.', '"."')}" AS SELECT * FROM (${select.replace(/;\s*$/, '')}\n) WHERE false`,
    params,
  );
}

beforeAll(async () => {
  session = await env.sql.session();
  await createTables(session);
  plain = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const [name, select] of Object.entries(TABLES)) await mirror(name, select);
  for (const name of ['transactions', 'customers']) await mirror(`quality.${name}`, TABLES[`extract.${name}`] ?? '');
  // Models that others read and that are no table of docs/tables.md: made here, each after those it reads.
  const made = new Set([...Object.keys(TABLES), 'quality.transactions', 'quality.customers', 'none']);
  const needed = new Set(names.flatMap((name) => models.get(name).header.reads).filter((table) => !made.has(table)));
  while (needed.size > 0) {
    const ready = [...needed].filter((table) =>
      models.get(table.replace('.', '/')).header.reads.every((read) => made.has(read)),
    );
    if (ready.length === 0)
      throw new Error(`tests/support/warehouse.ts lacks a table that these models need: ${[...needed].join(', ')}`);
    for (const table of ready) {
      const { text, header } = models.get(table.replace('.', '/'));
      await session.table(table, text, paramsOf(header.params));
      await mirror(table, text, paramsOf(header.params));
      made.add(table);
      needed.delete(table);
    }
  }
});
afterAll(async () => {
  plain.disconnectSync();
  await session.close();
  await env.dispose();
});

it('finds SQL models', () => expect(names.length).toBeGreaterThan(20));

describe.each(names)('sql/%s.sql', (name) => {
  const { header, text } = models.get(name);
  const [stage = ''] = name.split('/');

  it('has a whole header that names its stage', () => {
    expect(STAGES).toContain(stage);
    expect(header.model).toBe(name.replace('/', '.'));
    expect(header.purpose).not.toBe('');
    expect(header.grain).not.toBe('');
    expect(header.columns.length).toBeGreaterThan(0);
  });

  it('declares the parameters it uses, and no others', () => {
    const body = text.replace(/--[^\n]*/g, '');
    const used = [...new Set([...body.matchAll(/\$([a-z_][a-z0-9_]*)/g)].map((match) => match[1]))].sort();
    expect(Object.keys(header.params).sort()).toEqual(used);
  });

  it('declares the tables it reads, and no others', () => {
    const body = text.replace(/--[^\n]*/g, '');
    const read = [
      ...new Set(
        [...body.matchAll(/(?<!DISTINCT )\b(?:FROM|JOIN)\s+([a-z]+\.(?:[a-z_]+|\{\{[a-z_]+\}\}))/g)].map(
          (match) => match[1] ?? '',
        ),
      ),
    ];
    for (const table of read.filter((entry) => !entry.includes('{{'))) expect(header.reads).toContain(table);
    const holed = read.some((entry) => entry.includes('{{'));
    if (!holed) expect([...header.reads].sort()).toEqual([...read].sort());
  });

  it('holds nothing that depends on threads, row order, clock or engine', () => {
    expect(lintSql(text, `sql/${name}.sql`)).toEqual([]);
  });

  it('has a plan: EXPLAIN accepts it', async () => {
    const result = await executeWith(plain, `EXPLAIN ${filled(name)}`, paramsOf(header.params));
    const plan = (await result.getRows()).map(([, text]) => String(text)).join('\n');
    expect(plan).toMatch(/[A-Z_]{4,}/);
  });

  it('runs on empty tables with the declared columns and gives the columns of its header', async () => {
    await session.table(`out.${name.replace('/', '_')}`, filled(name), paramsOf(header.params));
    const described = await session.rows<{ column_name: string }>(
      `DESCRIBE SELECT * FROM out.${name.replace('/', '_')}`,
    );
    const given = described.map(({ column_name }) => column_name);
    for (const { name: column } of header.columns) expect(given).toContain(column);
    if (!text.includes('*') && header.holes.length === 0)
      expect(given).toEqual(header.columns.map(({ name: column }) => column));
  });
});

describe('rows in and rows out', () => {
  it('are tested for every model, once each in this table', () => {
    expect(Object.values(ROWS_TESTED_IN).flat().sort()).toEqual(names);
  });

  it.each(Object.entries(ROWS_TESTED_IN))(
    'are tested in %s, which names the model or runs its stage',
    (file, tested) => {
      expect(existsSync(resolve(__dirname, '../..', file))).toBe(true);
      const text = readFileSync(resolve(__dirname, '../..', file), 'utf8');
      const silent = tested.filter((name) => {
        const [stage = '', model = ''] = name.split('/');
        const named = text.includes(name) || (file.includes(`/${stage}/`) && text.includes(`'${model}'`));
        const runs = text.includes(`src/activities/${stage}'`) && new RegExp(`\\b${stage}[,)]`).test(text);
        return !named && !runs;
      });
      expect(silent).toEqual([]);
    },
  );
});

it('has ORDER BY on every model of more than one row', () => {
  const loose = names.filter(
    (name) => !isOrdered(models.get(name).text) && models.get(name).header.grain !== 'one row',
  );
  expect(loose).toEqual([]);
});

it('has no SQL file that is not a model', () => {
  for (const file of files) expect(() => models.get(relative('.', file).replace(/\.sql$/, ''))).not.toThrow();
  expect(readFileSync(join(SQL_FOLDER, files[0] ?? ''), 'utf8')).toContain('-- model:');
});
