import { createSqlModels } from '../../src/adapters/duckdb';
import type { SqlParams } from '../../src/core/ports';
import { createTestEngine, TABLES } from './warehouse';

const models = createSqlModels();

/** SQL literals of a few columns of a few rows. */
export interface Given {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

const literal = (value: string | number | boolean | null): string => {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
};

/** A SELECT of the rows given in the types of tests/support/warehouse.ts; columns that are not given are null. */
function typed(table: string, { columns, rows }: Given): string {
  const declared = TABLES[table];
  if (declared === undefined) throw new Error(`tests/support/warehouse.ts has no columns for ${table}`);
  const given = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  const types = [...declared.matchAll(/NULL::([A-Z]+(?:\([\d, ]+\))?) AS "?(\w+)"?/g)];
  const select = types.map(([, type, name]) =>
    columns.includes(name) ? `g.${name}::${type} AS ${name}` : `NULL::${type} AS ${name}`,
  );
  return `SELECT ${select.join(', ')} FROM (VALUES ${given}) AS g(${columns.join(', ')})`;
}

/** Rows in, rows out: run one model on the tables given, each in its declared types. */
export async function rowsOut(
  model: string,
  tables: Readonly<Record<string, Given>>,
  params: SqlParams = {},
): Promise<Record<string, unknown>[]> {
  const { sql, dispose } = createTestEngine(1);
  const session = await sql.session();
  try {
    for (const [name, given] of Object.entries(tables))
      await session.table(name, typed(name.replace(/^quality\.(transactions|customers)$/, 'extract.$1'), given));
    return await session.rows(models.get(model).text, params);
  } finally {
    await session.close();
    await dispose();
  }
}
