import type { DuckDBConnection } from '@duckdb/node-api';
import { open, readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { searchForms } from '../../core/gdpr';
import { quoteIdent, quoteText } from '../../core/sql/identifiers';
import { openInstance, type InstanceOptions } from '../duckdb/instance';
import { filesHolding, TOO_SHORT } from './search';

export interface Finding {
  /** Relative to the folder that was searched. */
  readonly path: string;
  /** False for what may be another's: a short text found as a whole word or value, or a table that cannot be read. */
  readonly certain: boolean;
  readonly unreadable: boolean;
}

type Kind = 'parquet' | 'duckdb';

/**
 * Files under a folder that name a customer, whatever their format: tables (Parquet, DuckDB) value by value, since they are
 * compressed, all others by their bytes, as `filesHolding` does, in the same forms. Links are not followed.
 *
 * Reads every file once, or twice where a term is short; tables through the engine. Sorted by path.
 */
export async function findCustomer(engine: InstanceOptions, root: string, terms: readonly string[]): Promise<Finding[]> {
  const long = terms.filter((term) => term.length >= TOO_SHORT);
  const named = await filesHolding(root, terms);
  // Short texts are rare: only then are the files read once more.
  const sure = new Set(long.length === terms.length || named.length === 0 ? named : await filesHolding(root, long));
  const found = new Map(named.map((path): [string, Finding] => [path, { path, certain: sure.has(path), unreadable: false }]));
  const tables = await tablesUnder(root);
  if (tables.length > 0) {
    // A database looks for its log beside it.
    const reads = tables.map(({ path, kind }) => (kind === 'duckdb' ? dirname(path) : path));
    const { connection, dispose } = await openInstance(engine, [...new Set(reads)], 'UTC');
    try {
      for (const { path, place, kind } of tables) {
        const holds = (wanted: readonly string[]): Promise<boolean | undefined> => {
          const table = `read_parquet(${quoteText(path)})`;
          return (kind === 'parquet' ? tableHolds(connection, table, wanted) : databaseHolds(connection, path, wanted)).catch(() => undefined);
        };
        const held = await holds(terms);
        if (held !== false) found.set(place, { path: place, certain: (await holds(long)) === true, unreadable: held === undefined });
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

/** Texts by value and, in every form of a text that is long enough, within longer ones; lists and structs by their text. */
async function tableHolds(connection: DuckDBConnection, from: string, terms: readonly string[]): Promise<boolean> {
  if (terms.length === 0) return false;
  const described = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`);
  const columns = described.getRowObjects().map((row) => ({ name: quoteIdent(String(row.column_name)), type: String(row.column_type) }));
  const texts = columns.filter(({ type }) => type === 'VARCHAR');
  const nested = columns.filter(({ type }) => /[[(]/.test(type) && !type.startsWith('DECIMAL'));
  const forms = terms.filter((term) => term.length >= TOO_SHORT).flatMap(searchForms);
  const conditions = [
    ...texts.map(({ name }) => `${name} IN (${terms.map((_, i) => `$t${i}`).join(', ')})`),
    ...(forms.length === 0 ? [] : [...texts, ...nested].map(({ name }) => `regexp_matches(${name}::VARCHAR, $forms)`)),
  ];
  if (conditions.length === 0) return false;
  const values = {
    ...(texts.length > 0 && Object.fromEntries(terms.map((term, i) => [`t${i}`, term]))),
    // One pass over a text, however many forms there are.
    ...(forms.length > 0 && { forms: forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|') }),
  };
  return (await connection.runAndReadAll(`SELECT 1 FROM ${from} WHERE ${conditions.join(' OR ')} LIMIT 1`, values)).getRows().length > 0;
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
