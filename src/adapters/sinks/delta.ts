import type { DuckDBConnection } from '@duckdb/node-api';
import type { SinkDelta } from '../../contracts/manifest';
import { quoteIdent, quoteTable } from '../../core/sql/identifiers';

/** A column as the engine describes it. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Columns of `<schema>.<table>`, in order; none where there is no such table. */
export async function columnsOf(connection: DuckDBConnection, table: string): Promise<Column[]> {
  const [schema, name] = table.split('.');
  const result = await connection.runAndReadAll(
    'SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? ORDER BY column_index',
    [schema ?? '', name ?? ''],
  );
  return result.getRowObjects().map((row) => ({ name: String(row.name), type: String(row.type) }));
}

export interface Comparison {
  /** Tables as `<schema>.<name>`, both with the columns below; `before` null: there was nothing. */
  readonly now: string;
  readonly before: string | null;
  /** What makes two rows the same member. Never null. */
  readonly key: readonly string[];
  /** What makes a member changed. */
  readonly compared: readonly string[];
}

/**
 * Compare two states of a table: creates the table `into` with the key of each row that differs and its `change`, `added`, `changed` or
 * `removed`, ordered by key.
 *
 * @returns The counts, `base` left to the caller. O(rows) by hash join.
 */
export async function compareTables(
  connection: DuckDBConnection,
  into: string,
  { now, before, key, compared }: Comparison,
): Promise<Omit<SinkDelta, 'base'>> {
  const columns = key.map(quoteIdent);
  const order = columns.join(', ');
  const rows = await countOf(connection, `SELECT count(*)::INTEGER AS n FROM ${quoteTable(now)}`);
  if (before === null) {
    await connection.run(`CREATE TABLE ${quoteTable(into)} AS SELECT ${order}, 'added' AS change FROM ${quoteTable(now)} ORDER BY ${order}`);
    return { added: rows, changed: 0, removed: 0, unchanged: 0 };
  }
  const on = columns.map((column) => `n.${column} = b.${column}`).join(' AND ');
  const differs = compared.map(quoteIdent).map((column) => `n.${column} IS DISTINCT FROM b.${column}`);
  const first = columns[0];
  await connection.run(
    `CREATE TABLE ${quoteTable(into)} AS
     SELECT ${columns.map((column) => `coalesce(n.${column}, b.${column}) AS ${column}`).join(', ')},
       CASE WHEN b.${first} IS NULL THEN 'added' WHEN n.${first} IS NULL THEN 'removed' ELSE 'changed' END AS change
     FROM ${quoteTable(now)} AS n FULL JOIN ${quoteTable(before)} AS b ON ${on}
     WHERE b.${first} IS NULL OR n.${first} IS NULL${differs.map((condition) => ` OR ${condition}`).join('')}
     ORDER BY ${order}`,
  );
  const of = (change: string) =>
    countOf(connection, `SELECT count(*)::INTEGER AS n FROM ${quoteTable(into)} WHERE change = '${change}'`);
  const [added, changed, removed] = [await of('added'), await of('changed'), await of('removed')];
  return { added, changed, removed, unchanged: rows - added - changed };
}

async function countOf(connection: DuckDBConnection, select: string): Promise<number> {
  return Number((await connection.runAndReadAll(select)).getRowObjects()[0]?.n ?? 0);
}
