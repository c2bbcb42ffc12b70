import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createSqlModels, SQL_FOLDER } from '../../src/adapters/duckdb';
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

const env = createTestEngine();
let session: SqlSession;
beforeAll(async () => {
  session = await env.sql.session();
  await createTables(session);
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
      made.add(table);
      needed.delete(table);
    }
  }
});
afterAll(async () => {
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

  it('runs on empty tables with the declared columns and gives the columns of its header', async () => {
    const filled = header.holes.length === 0 ? text : fillIdentifiers(text, HOLES[name] ?? {});
    await session.table(`out.${name.replace('/', '_')}`, filled, paramsOf(header.params));
    const described = await session.rows<{ column_name: string }>(
      `DESCRIBE SELECT * FROM out.${name.replace('/', '_')}`,
    );
    const given = described.map(({ column_name }) => column_name);
    for (const { name: column } of header.columns) expect(given).toContain(column);
    if (!text.includes('*') && header.holes.length === 0)
      expect(given).toEqual(header.columns.map(({ name: column }) => column));
  });
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
