import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteIdent, quoteText } from '../../../core/sql/identifiers';
import { columnsOf, compareTables, type Column } from '../delta';
import type { LoadedTable, ReleaseTables } from '../load';
import type { Connection } from './connection';

/** DuckDB type → PostgreSQL type. What has none of its own is text. */
export function typeOf(type: string): string {
  if (type.startsWith('DECIMAL')) return type.replace('DECIMAL', 'numeric');
  const types: Readonly<Record<string, string>> = {
    TINYINT: 'smallint',
    SMALLINT: 'smallint',
    INTEGER: 'integer',
    BIGINT: 'bigint',
    HUGEINT: 'numeric',
    FLOAT: 'double precision',
    DOUBLE: 'double precision',
    BOOLEAN: 'boolean',
    DATE: 'date',
    TIMESTAMP: 'timestamp',
  };
  return types[type] ?? 'text';
}

const columnList = (columns: readonly Column[]): string => columns.map(({ name }) => quoteIdent(name)).join(', ');

/** The quoted name of a table of a release: `<versions>.<table>_<release>`. */
export const versionedName = (versions: string, name: string, release: number): string =>
  `${quoteIdent(versions)}.${quoteIdent(`${name}_${release}`)}`;

/**
 * Make `<versions>.<table>_<release>` in the transaction that is open: a copy of the table of the release before, with what differs
 * sent, or all rows where there is nothing to start from.
 *
 * @returns Bytes that were sent.
 */
export async function fillVersion(
  connection: Connection,
  tables: ReleaseTables,
  table: LoadedTable,
  { versions, release }: { readonly versions: string; readonly release: number },
): Promise<number> {
  const columns = await columnsOf(tables.connection, `main.${table.name}`);
  const name = versionedName(versions, table.name, release);
  await connection.run(`CREATE TABLE ${name} (${columns.map((column) => `${quoteIdent(column.name)} ${typeOf(column.type)}`).join(', ')})`);
  const known = table.name !== 'personas' && (await sameAsBase(connection, tables, table, columns, versions));
  const bytes = known
    ? await fromBase(connection, tables, table, columns, name, versionedName(versions, table.name, tables.base!))
    : await send(connection, tables, `SELECT * FROM main.${quoteIdent(table.name)} ORDER BY ${table.order}`, name, columns);
  await connection.run(`ALTER TABLE ${name} ADD PRIMARY KEY (${table.order})`);
  await connection.run(`ANALYZE ${name}`);
  await connection.run(
    `INSERT INTO ${quoteIdent(versions)}.tables (release, name, logical_digest, rows, columns) VALUES ($1, $2, $3, $4, $5)`,
    [release, table.name, table.logicalDigest, table.rows, JSON.stringify(columns)],
  );
  return bytes;
}

/** Whether the table of the release before is there, has these columns and, by its digest and count, holds what we think it holds. */
async function sameAsBase(
  connection: Connection,
  { base, connection: engine, describe }: ReleaseTables,
  { name, key }: LoadedTable,
  columns: readonly Column[],
  versions: string,
): Promise<boolean> {
  if (base === null) return false;
  if (JSON.stringify(await columnsOf(engine, `base.${name}`)) !== JSON.stringify(columns)) return false;
  const [stored] = await connection.rows<{ logical_digest: string; rows: string; there: boolean }>(
    `SELECT logical_digest, rows, to_regclass($3) IS NOT NULL AS there FROM ${quoteIdent(versions)}.tables WHERE release = $1 AND name = $2`,
    [base, name, versionedName(versions, name, base)],
  );
  if (!stored?.there) return false;
  const before = await describe(name, key, 'base');
  if (stored.logical_digest !== before.logicalDigest) return false;
  const [counted] = await connection.rows<{ n: string }>(`SELECT count(*) AS n FROM ${versionedName(versions, name, base)}`);
  return Number(counted.n) === before.rows;
}

async function fromBase(
  connection: Connection,
  tables: ReleaseTables,
  { name, key, order }: LoadedTable,
  columns: readonly Column[],
  into: string,
  before: string,
): Promise<number> {
  const differing = `main.${name}_differing`;
  const compared = columns.map((column) => column.name).filter((column) => !key.includes(column));
  await compareTables(tables.connection, differing, { now: `main.${name}`, before: `base.${name}`, key, compared });
  const gone = quoteIdent(`gone_${name}`);
  const keys = columns.filter((column) => key.includes(column.name));
  await connection.run(`CREATE TEMPORARY TABLE ${gone} (${keys.map((column) => `${quoteIdent(column.name)} ${typeOf(column.type)}`).join(', ')}) ON COMMIT DROP`);
  const on = (a: string, b: string) => key.map((column) => `${a}.${quoteIdent(column)} = ${b}.${quoteIdent(column)}`).join(' AND ');
  let bytes = await send(connection, tables, `SELECT ${order} FROM ${differing} WHERE change <> 'added' ORDER BY ${order}`, gone, keys);
  await connection.run(
    `INSERT INTO ${into} (${columnList(columns)}) SELECT ${columnList(columns)} FROM ${before} AS b WHERE NOT EXISTS (SELECT FROM ${gone} AS g WHERE ${on('g', 'b')})`,
  );
  const rows = `SELECT n.* FROM main.${quoteIdent(name)} AS n JOIN ${differing} AS d ON ${on('n', 'd')} WHERE d.change <> 'removed' ORDER BY ${key.map((column) => `n.${quoteIdent(column)}`).join(', ')}`;
  bytes += await send(connection, tables, rows, into, columns);
  return bytes;
}

/** Rows as CSV without header, null as nothing and an empty text as `""`: what COPY takes. Returns the bytes. */
async function send(connection: Connection, tables: ReleaseTables, select: string, into: string, columns: readonly Column[]): Promise<number> {
  const path = join(tables.folder, 'copy.csv');
  await tables.connection.run(`COPY (${select}) TO ${quoteText(path)} (FORMAT csv, HEADER false, FORCE_QUOTE *)`);
  const { size } = await stat(path);
  if (size > 0) await connection.copy(`COPY ${into} (${columnList(columns)}) FROM STDIN (FORMAT csv)`, path);
  return size;
}
