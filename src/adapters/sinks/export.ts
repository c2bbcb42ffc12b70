import type { DuckDBConnection } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteTable, quoteText } from '../../core/sql/identifiers';
import { writeCsv } from './csv';
import type { LoadedTable } from './load';

export type Format = 'parquet' | 'csv' | 'json' | 'duckdb';

/** A file as its receipt describes it. */
export interface ExportedFile {
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly logicalDigest: string;
  readonly defused: number | null;
}

/** Write tables in every format asked for, each ordered by its key, into a folder the engine may write to. */
export async function exportTables(
  connection: DuckDBConnection,
  folder: string,
  formats: readonly Format[],
  tables: readonly LoadedTable[],
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = [];
  for (const format of formats) {
    if (format === 'duckdb') files.push(await writeDatabase(connection, folder, tables));
    // `personas.json` is a document: it has all traits.
    else
      for (const table of tables.filter(({ name }) => format !== 'json' || name !== 'personas'))
        files.push(await writeTable(connection, folder, format, table));
  }
  return files;
}

const OPTIONS = { json: 'FORMAT json, ARRAY true', parquet: 'FORMAT parquet, COMPRESSION zstd' } as const;

async function writeTable(
  connection: DuckDBConnection,
  folder: string,
  format: Exclude<Format, 'duckdb'>,
  { name, rows, order, logicalDigest }: LoadedTable,
): Promise<ExportedFile> {
  const file = `${name}.${format}`;
  const path = join(folder, file);
  const table = `main.${name}`;
  let defused: number | null = null;
  if (format === 'csv') defused = await writeCsv(connection, path, table, { order });
  else
    await connection.run(
      `COPY (SELECT * FROM ${quoteTable(table)} ORDER BY ${order}) TO ${quoteText(path)} (${OPTIONS[format]})`,
    );
  return { name: file, rows, bytes: (await stat(path)).size, logicalDigest, defused };
}

async function writeDatabase(
  connection: DuckDBConnection,
  folder: string,
  tables: readonly LoadedTable[],
): Promise<ExportedFile> {
  const path = join(folder, 'dramatis.duckdb');
  await connection.run(`ATTACH ${quoteText(path)} AS published`);
  for (const { name, order } of tables)
    await connection.run(`CREATE TABLE published.${name} AS SELECT * FROM main.${name} ORDER BY ${order}`);
  await connection.run('CHECKPOINT published');
  await connection.run('DETACH published');
  const logical = createHash('sha256').update(
    tables.map(({ name, logicalDigest }) => `${name} ${logicalDigest}\n`).join(''),
  );
  return {
    name: 'dramatis.duckdb',
    rows: null,
    bytes: (await stat(path)).size,
    logicalDigest: logical.digest('hex'),
    defused: null,
  };
}
