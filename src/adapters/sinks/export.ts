import type { DuckDBConnection } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PublishedPersonas } from '../../core/personas';
import { quoteIdent, quoteText } from '../../core/sql/identifiers';
import { fillTable } from '../duckdb/append';
import { toPipelineError } from '../duckdb/errors';
import { openInstance, type InstanceOptions } from '../duckdb/instance';
import { PERSONA_COLUMNS, personaRows, scaleOf, type PublishedTable } from './tables';

export type Format = 'parquet' | 'csv' | 'json' | 'duckdb';

/** A file as its receipt describes it. */
export interface ExportedFile {
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
  readonly logicalDigest: string;
  readonly defused: number | null;
}

export interface ExportRequest {
  /** An empty folder that the files are written into. */
  readonly folder: string;
  readonly formats: readonly Format[];
  readonly personas: PublishedPersonas;
  /** Each customer-level table with its verified Parquet file. */
  readonly tables: readonly (PublishedTable & { readonly path: string })[];
  /** pid → customer id, or null to publish pseudonyms only. */
  readonly ids: ReadonlyMap<string, string> | null;
  readonly engine: InstanceOptions;
}

/** How a spreadsheet recognises a formula; a leading apostrophe makes it text again. */
const FORMULA = "'^[=+\\-@\\t\\r]'";

interface Loaded {
  readonly name: string;
  readonly rows: number;
  readonly order: string;
  readonly logicalDigest: string;
}

/**
 * Write the tables of a release in every format asked for, each ordered by its key.
 *
 * @throws PipelineError `DISK_FULL` or `ENGINE_FAILED`, without customer-level values.
 */
export async function exportTables(request: ExportRequest): Promise<ExportedFile[]> {
  const folder = await realpath(request.folder);
  const tables = await Promise.all(
    request.tables.map(async (table) => ({ ...table, path: await realpath(table.path) })),
  );
  const { connection, dispose } = await openInstance(
    request.engine,
    [folder, ...tables.map(({ path }) => path)],
    'UTC',
  );
  try {
    await loadPersonas(connection, request.personas);
    if (request.ids !== null) await loadIds(connection, request.ids);
    for (const table of tables) await loadCustomers(connection, table, request.ids !== null);
    const loaded: Loaded[] = [];
    for (const { name, key } of [{ name: 'personas', key: ['persona_key'] }, ...tables])
      loaded.push(await describe(connection, folder, name, key));
    const files: ExportedFile[] = [];
    for (const format of request.formats) files.push(...(await writeFormat(connection, folder, format, loaded)));
    return files;
  } catch (error) {
    throw toPipelineError(error, 'publishing the tables');
  } finally {
    await dispose();
  }
}

async function loadPersonas(connection: DuckDBConnection, report: PublishedPersonas): Promise<void> {
  const scale = scaleOf(report.personas.flatMap(({ revenue }) => revenue ?? []));
  const types = PERSONA_COLUMNS.map(
    ([name, type]) => [name, type === 'DECIMAL' ? `DECIMAL(38, ${scale})` : type] as const,
  );
  await connection.run(`CREATE TABLE personas (${types.map(([name, type]) => `${name} ${type}`).join(', ')})`);
  const insert = `INSERT INTO personas VALUES (${types.map(([, type]) => `?::${type}`).join(', ')})`;
  for (const row of personaRows(report)) await connection.run(insert, row);
}

async function loadIds(connection: DuckDBConnection, ids: ReadonlyMap<string, string>): Promise<void> {
  await fillTable(connection, 'main.customer_ids', [
    { name: 'pid', type: 'VARCHAR', values: [...ids.keys()] },
    { name: 'customer_id', type: 'VARCHAR', values: [...ids.values()] },
  ]);
}

/** `pid`, then the customer id where it is restored, then the table's own columns; the persona's name beside its key. */
async function loadCustomers(
  connection: DuckDBConnection,
  { name, path }: ExportRequest['tables'][number],
  restore: boolean,
): Promise<void> {
  const own =
    name === 'customer_personas'
      ? 't.persona_key, p.name AS persona_name, t.* EXCLUDE (pid, persona_key)'
      : 't.* EXCLUDE (pid)';
  const select = `SELECT t.pid, ${restore ? 'i.customer_id, ' : ''}${own} FROM read_parquet(${quoteText(path)}) AS t`;
  const personas = name === 'customer_personas' ? ' LEFT JOIN personas AS p ON p.persona_key = t.persona_key' : '';
  const ids = restore ? ' LEFT JOIN customer_ids AS i ON i.pid = t.pid' : '';
  await connection.run(`CREATE TABLE ${name} AS ${select}${personas}${ids} ORDER BY t.pid`);
}

/** Rows and the logical digest: SHA-256 of the table as CSV, ordered by key, every value quoted, null as nothing. */
async function describe(
  connection: DuckDBConnection,
  folder: string,
  name: string,
  key: readonly string[],
): Promise<Loaded> {
  const order = key.map(quoteIdent).join(', ');
  const canonical = join(folder, `${name}.canonical`);
  const result = await connection.run(
    `COPY (SELECT * FROM ${name} ORDER BY ${order}) TO ${quoteText(canonical)} (FORMAT csv, HEADER true, FORCE_QUOTE *)`,
  );
  const rows = Number((await result.getRows())[0]?.[0] ?? 0);
  const hash = createHash('sha256');
  await pipeline(createReadStream(canonical), hash);
  await rm(canonical);
  return { name, rows, order, logicalDigest: hash.digest('hex') };
}

async function writeFormat(
  connection: DuckDBConnection,
  folder: string,
  format: Format,
  tables: readonly Loaded[],
): Promise<ExportedFile[]> {
  if (format === 'duckdb') return [await writeDatabase(connection, folder, tables)];
  const files: ExportedFile[] = [];
  // `personas.json` is a document: it has all traits.
  for (const table of tables.filter(({ name }) => format !== 'json' || name !== 'personas')) {
    const file = `${table.name}.${format}`;
    const { select, defused } = format === 'csv' ? await defuse(connection, table) : { select: '*', defused: null };
    const options =
      format === 'csv'
        ? 'FORMAT csv, HEADER true'
        : format === 'json'
          ? 'FORMAT json, ARRAY true'
          : 'FORMAT parquet, COMPRESSION zstd';
    await connection.run(
      `COPY (SELECT ${select} FROM ${table.name} ORDER BY ${table.order}) TO ${quoteText(join(folder, file))} (${options})`,
    );
    const { size } = await stat(join(folder, file));
    files.push({ name: file, rows: table.rows, bytes: size, logicalDigest: table.logicalDigest, defused });
  }
  return files;
}

/** Text cells that a spreadsheet would take for a formula get a leading apostrophe; numbers are left alone. */
async function defuse(
  connection: DuckDBConnection,
  { name }: Loaded,
): Promise<{ readonly select: string; readonly defused: number }> {
  const described = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE ${name})`);
  const columns = described
    .getRowObjects()
    .map((row) => ({ column: quoteIdent(String(row.column_name)), text: row.column_type === 'VARCHAR' }));
  const unsafe = columns
    .filter(({ text }) => text)
    .map(({ column }) => `count(*) FILTER (WHERE regexp_matches(${column}, ${FORMULA}))`);
  const counted =
    unsafe.length === 0
      ? undefined
      : await connection.runAndReadAll(`SELECT (${unsafe.join(' + ')})::INTEGER AS cells FROM ${name}`);
  const select = columns
    .map(({ column, text }) =>
      text
        ? `CASE WHEN regexp_matches(${column}, ${FORMULA}) THEN '''' || ${column} ELSE ${column} END AS ${column}`
        : column,
    )
    .join(', ');
  return { select, defused: Number(counted?.getRowObjects()[0]?.cells ?? 0) };
}

async function writeDatabase(
  connection: DuckDBConnection,
  folder: string,
  tables: readonly Loaded[],
): Promise<ExportedFile> {
  const path = join(folder, 'dramatis.duckdb');
  await connection.run(`ATTACH ${quoteText(path)} AS published`);
  for (const { name, order } of tables)
    await connection.run(`CREATE TABLE published.${name} AS SELECT * FROM ${name} ORDER BY ${order}`);
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
