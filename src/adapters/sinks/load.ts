import type { DuckDBConnection } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ArtifactRefs } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { PersonaNotes } from '../../contracts/notes';
import type { PersonasReport } from '../../contracts/personas';
import { publishedPersonas, type PublishedPersonas } from '../../core/personas';
import type { ArtifactStore, Vault } from '../../core/ports';
import { quoteIdent, quoteTable, quoteText } from '../../core/sql/identifiers';
import { fillTable } from '../duckdb/append';
import { toPipelineError } from '../duckdb/errors';
import { openInstance, type InstanceOptions } from '../duckdb/instance';
import { CUSTOMER_TABLES, PERSONA_COLUMNS, personaRows, scaleOf, type PublishedTable } from './tables';

/** Where the tables of releases come from, and what is done to them before a target gets them. */
export interface ReleaseSource {
  readonly artifacts: ArtifactStore;
  readonly engine: InstanceOptions;
  /** Published counts of fewer customers are left out. */
  readonly kMin: number;
  /** Given only where the target restores customer ids. */
  readonly vault: Vault | null;
}

/** A release as a target's receipt remembers it: enough to load its tables again. */
export interface HeldRelease {
  readonly release: number;
  readonly artifacts: ArtifactRefs;
}

/** A table that is loaded; `order` is its quoted key. */
export interface LoadedTable {
  readonly name: string;
  readonly rows: number;
  readonly key: readonly string[];
  readonly order: string;
  /** SHA-256 of the table as CSV, ordered by key, every value quoted, null as nothing. */
  readonly logicalDigest: string;
}

/** The tables of a release in a database of their own; those of the release the target held are in the schema `base`. */
export interface ReleaseTables {
  readonly connection: DuckDBConnection;
  /** A folder that only this database uses. */
  readonly folder: string;
  readonly personas: PublishedPersonas;
  readonly tables: readonly LoadedTable[];
  /** The release in the schema `base`; null where there is none, or it cannot be had any more. */
  readonly base: number | null;
  describe(name: string, key: readonly string[], schema?: 'main' | 'base'): Promise<LoadedTable>;
}

interface Schema {
  readonly name: 'main' | 'base';
  readonly personas: PublishedPersonas;
  readonly tables: readonly (PublishedTable & { readonly path: string })[];
}

export function artifactOf({ release, artifacts }: HeldRelease, name: string) {
  const ref = artifacts[name];
  if (ref !== undefined) return ref;
  throw new PipelineError('OBJECT_MISSING', `release ${release} has no ${name}, which its tables are made of`, { release, name });
}

/**
 * Load a release and, where it can still be had, the one the target held, and act on them.
 *
 * @param folder Where `action` lets the engine write files.
 * @throws PipelineError `DISK_FULL`, `ENGINE_FAILED`, `OBJECT_MISSING`, without customer-level values.
 */
export async function withTables<T>(
  source: ReleaseSource,
  release: HeldRelease,
  held: HeldRelease | null,
  folder: string | null,
  action: (tables: ReleaseTables) => Promise<T>,
): Promise<T> {
  const main = await schemaOf(source, release, 'main');
  const base = held === null ? null : await schemaOf(source, held, 'base').catch(unavailable);
  const schemas = base === null ? [main] : [main, base];
  const reads = schemas.flatMap(({ tables }) => tables.map(({ path }) => path));
  const out = folder === null ? [] : [await realpath(folder)];
  const opened = await openInstance(source.engine, [...out, ...reads], 'UTC');
  const { connection } = opened;
  try {
    const ids = source.vault === null ? null : await source.vault.recall();
    if (ids !== null) await loadIds(connection, ids);
    for (const schema of schemas) await load(connection, schema, ids !== null);
    const describe: ReleaseTables['describe'] = (name, key, schema = 'main') =>
      describeTable(connection, opened.folder, schema, name, key);
    const tables: LoadedTable[] = [await describe('personas', ['persona_key'])];
    for (const { name, key } of main.tables) tables.push(await describe(name, key));
    const { personas } = main;
    return await action({ connection, folder: opened.folder, personas, tables, base: base && held!.release, describe });
  } catch (error) {
    throw toPipelineError(error, 'publishing the tables');
  } finally {
    await opened.dispose();
  }
}

/** What the target held may have been erased or collected since; everything is then sent again. */
function unavailable(error: unknown): null {
  if (error instanceof PipelineError && error.code.startsWith('OBJECT_')) return null;
  throw error;
}

async function schemaOf({ artifacts, kMin }: ReleaseSource, release: HeldRelease, name: Schema['name']): Promise<Schema> {
  const report = await artifacts.readJson<PersonasReport>(artifactOf(release, 'personas.personas'));
  const there = CUSTOMER_TABLES.filter(({ artifact, optional }) => !optional || release.artifacts[artifact] !== undefined);
  const tables = await Promise.all(
    there.map(async (table) => ({ ...table, path: await realpath(await artifacts.path(artifactOf(release, table.artifact))) })),
  );
  const notes = release.artifacts['personas.notes'];
  return { name, personas: publishedPersonas(report, kMin, notes ? await artifacts.readJson<PersonaNotes>(notes) : null), tables };
}

async function load(connection: DuckDBConnection, { name, personas, tables }: Schema, restore: boolean): Promise<void> {
  if (name !== 'main') await connection.run(`CREATE SCHEMA ${name}`);
  await loadPersonas(connection, name, personas);
  for (const table of tables) await loadCustomers(connection, name, table, restore);
}

async function loadPersonas(connection: DuckDBConnection, schema: string, report: PublishedPersonas): Promise<void> {
  const scale = scaleOf(report.personas.flatMap(({ revenue }) => revenue ?? []));
  const types = PERSONA_COLUMNS.map(([name, type]) => [name, type === 'DECIMAL' ? `DECIMAL(38, ${scale})` : type] as const);
  await connection.run(`CREATE TABLE ${schema}.personas (${types.map(([name, type]) => `${name} ${type}`).join(', ')})`);
  const insert = `INSERT INTO ${schema}.personas VALUES (${types.map(([, type]) => `?::${type}`).join(', ')})`;
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
  schema: string,
  { name, path }: Schema['tables'][number],
  restore: boolean,
): Promise<void> {
  const own =
    name === 'customer_personas'
      ? 't.persona_key, p.name AS persona_name, t.* EXCLUDE (pid, persona_key)'
      : 't.* EXCLUDE (pid)';
  const select = `SELECT t.pid, ${restore ? 'i.customer_id, ' : ''}${own} FROM read_parquet(${quoteText(path)}) AS t`;
  const personas =
    name === 'customer_personas' ? ` LEFT JOIN ${schema}.personas AS p ON p.persona_key = t.persona_key` : '';
  const ids = restore ? ' LEFT JOIN main.customer_ids AS i ON i.pid = t.pid' : '';
  await connection.run(`CREATE TABLE ${schema}.${name} AS ${select}${personas}${ids} ORDER BY t.pid`);
}

async function describeTable(
  connection: DuckDBConnection,
  folder: string,
  schema: string,
  name: string,
  key: readonly string[],
): Promise<LoadedTable> {
  const order = key.map(quoteIdent).join(', ');
  const canonical = join(folder, 'canonical.csv');
  const result = await connection.run(
    `COPY (SELECT * FROM ${quoteTable(`${schema}.${name}`)} ORDER BY ${order}) TO ${quoteText(canonical)} (FORMAT csv, HEADER true, FORCE_QUOTE *)`,
  );
  const rows = Number((await result.getRows())[0]?.[0] ?? 0);
  const hash = createHash('sha256');
  await pipeline(createReadStream(canonical), hash);
  await rm(canonical);
  return { name, rows, key, order, logicalDigest: hash.digest('hex') };
}
