import type { DuckDBConnection } from '@duckdb/node-api';
import { open, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { quoteIdent, quoteText } from '../../core/sql/identifiers';
import { openInstance, type InstanceOptions } from '../duckdb/instance';
import { filesHolding, TOO_SHORT } from './search';

export interface Finding {
  /** Relative to the folder that was searched. */
  readonly path: string;
  /** False for what may be another's: a short text found as a whole word, or a table that cannot be read. */
  readonly certain: boolean;
  readonly unreadable: boolean;
}

type Kind = 'parquet' | 'duckdb';

/**
 * Files under a folder that name a customer, whatever their format: tables (Parquet, DuckDB) by their values, since they are compressed, all
 * others by their bytes, as `filesHolding` does. Links are not followed.
 *
 * Reads every file once; tables through the engine. Sorted by path.
 */
export async function findCustomer(engine: InstanceOptions, root: string, terms: readonly string[]): Promise<Finding[]> {
  const long = terms.filter((term) => term.length >= TOO_SHORT);
  const sure = new Set(await filesHolding(root, long));
  const found = new Map<string, Finding>();
  for (const path of await filesHolding(root, terms)) found.set(path, { path, certain: sure.has(path), unreadable: false });
  const tables = await tablesUnder(root);
  if (tables.length > 0) {
    // A database looks for its log beside it.
    const reads = tables.map(({ path, kind }) => (kind === 'duckdb' ? dirname(path) : path));
    const { connection, dispose } = await openInstance(engine, [...new Set(reads)], 'UTC');
    try {
      for (const { path, place, kind } of tables) {
        const held = await (kind === 'parquet' ? tableHolds(connection, `read_parquet(${quoteText(path)})`, terms) : databaseHolds(connection, path, terms)).catch(
          () => undefined,
        );
        if (held !== false) found.set(place, { path: place, certain: held === true, unreadable: held === undefined });
      }
    } finally {
      await dispose();
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function tablesUnder(root: string): Promise<{ readonly path: string; readonly place: string; readonly kind: Kind }[]> {
  const found: { path: string; place: string; kind: Kind }[] = [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const kind = await kindOf(path);
    if (kind !== undefined) found.push({ path: await realpath(path), place: relative(root, path), kind });
  }
  return found;
}

async function kindOf(path: string): Promise<Kind | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    return head.startsWith('PAR1') ? 'parquet' : head.slice(8) === 'DUCK' ? 'duckdb' : undefined;
  } finally {
    await file.close();
  }
}

/** Texts by value and, where they are long enough, within longer ones; lists and structs by their text. */
async function tableHolds(connection: DuckDBConnection, from: string, terms: readonly string[]): Promise<boolean> {
  const described = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`);
  const within = terms.map((term, i) => ({ term, i })).filter(({ term }) => term.length >= TOO_SHORT);
  const conditions = described.getRowObjects().flatMap((row) => {
    const [name, type] = [quoteIdent(String(row.column_name)), String(row.column_type)];
    if (type !== 'VARCHAR' && !/[[(]/.test(type.replace(/^DECIMAL\(\d+,\d+\)$/, ''))) return [];
    const equal = type === 'VARCHAR' ? [`${name} IN (${terms.map((_, i) => `$t${i}`).join(', ')})`] : [];
    return [...equal, ...within.map(({ i }) => `contains(${name}::VARCHAR, $t${i})`)];
  });
  if (conditions.length === 0) return false;
  const values = Object.fromEntries(terms.map((term, i) => [`t${i}`, term]));
  const sql = `SELECT 1 FROM ${from} WHERE ${conditions.join(' OR ')} LIMIT 1`;
  const used = Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql)));
  return (await connection.runAndReadAll(sql, used)).getRows().length > 0;
}

async function databaseHolds(connection: DuckDBConnection, path: string, terms: readonly string[]): Promise<boolean> {
  await connection.run(`ATTACH ${quoteText(path)} AS delivered (READ_ONLY)`);
  try {
    const listed = await connection.runAndReadAll("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'delivered' ORDER BY ALL");
    for (const [schema, table] of listed.getRows()) {
      const name = ['delivered', String(schema), String(table)].map(quoteIdent).join('.');
      if (await tableHolds(connection, name, terms)) return true;
    }
    return false;
  } finally {
    await connection.run('DETACH delivered');
  }
}
