import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../../contracts/errors';
import { quoteIdent } from '../../../core/sql/identifiers';
import type { Connection } from './connection';
import { typeOf, versionedName } from './tables';
import type { Column } from '../delta';

/** Below PostgreSQL's deadlock_timeout of one second: of a reader and us, we are the one to step back. */
const LOCK_MS = 300;
const PAUSE_MS = 200;

/** What makes `<schema>` and `<schema>_versions`. */
export function structure(schema: string, versions: string): string[] {
  const v = quoteIdent(versions);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${quoteIdent(schema)}`,
    `CREATE SCHEMA IF NOT EXISTS ${v}`,
    `CREATE TABLE ${v}.head (
       only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
       project text NOT NULL, environment text NOT NULL, target text NOT NULL,
       release bigint NOT NULL, commit_sha256 text NOT NULL, as_of date NOT NULL, digest text NOT NULL)`,
    `CREATE TABLE ${v}.receipts (
       release bigint PRIMARY KEY, commit_sha256 text NOT NULL, artifacts jsonb NOT NULL, receipt jsonb NOT NULL,
       delivered_at timestamptz NOT NULL DEFAULT now())`,
    `CREATE TABLE ${v}.tables (
       release bigint, name text, logical_digest text NOT NULL, rows bigint NOT NULL, columns jsonb NOT NULL, PRIMARY KEY (release, name))`,
    // A snapshot so old that its release is no longer in the view would see an empty table; it gets an error instead.
    `CREATE FUNCTION ${v}.is_gone(kept bigint[]) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS $$
     BEGIN
       IF EXISTS (SELECT FROM ${v}.head WHERE release <> ALL (kept)) THEN
         RAISE EXCEPTION 'the release this transaction began with is gone: begin it again' USING ERRCODE = '40001';
       END IF;
       RETURN false;
     END $$`,
    `CREATE VIEW ${quoteIdent(schema)}.current_release AS SELECT project, environment, release, as_of, digest FROM ${v}.head`,
  ];
}

/** A release whose table a view can lead to. */
export interface Version {
  readonly release: number;
  readonly columns: readonly Column[];
}

interface ViewPlace {
  readonly schema: string;
  readonly versions: string;
  readonly name: string;
  /** Milliseconds to wait for readers. */
  readonly patience: number;
}

/**
 * Let the view `<schema>.<name>` lead to the table of whichever of `kept` the head names. What a reader sees is decided by the head in
 * its snapshot, so nothing changes for readers here. Its columns are those of the newest version.
 *
 * A reader that planned with the old view holds a lock on it until its transaction ends; this waits for that, so no old plan meets a
 * newer head.
 *
 * @param kept Releases with such a table, newest first; `releases` all that are kept, with it or without.
 * @throws PipelineError `SINK_UNREACHABLE` where readers keep the view locked for longer than `patience`.
 */
export async function leadView(
  connection: Connection,
  { schema, versions, name, patience }: ViewPlace,
  kept: readonly Version[],
  releases: readonly number[],
): Promise<void> {
  const view = `${quoteIdent(schema)}.${quoteIdent(name)}`;
  const columns = kept[0]?.columns;
  if (columns === undefined) return;
  const nulls = columns.map((column) => `NULL::${typeOf(column.type)} AS ${quoteIdent(column.name)}`).join(', ');
  const branches = kept.map(({ release, columns: there }) => {
    const select = columns.map((column) => {
      const same = there.some((other) => other.name === column.name && other.type === column.type);
      return same ? quoteIdent(column.name) : `NULL::${typeOf(column.type)} AS ${quoteIdent(column.name)}`;
    });
    const from = versionedName(versions, name, release);
    return `SELECT ${select.join(', ')} FROM ${from} WHERE (SELECT release FROM ${quoteIdent(versions)}.head) = ${release}`;
  });
  branches.push(`SELECT ${nulls} WHERE ${quoteIdent(versions)}.is_gone(ARRAY[${releases.join(', ')}]::bigint[])`);
  const definition = branches.join(' UNION ALL ');
  await withLock(connection, patience, async () => {
    const before = await columnTypes(connection, view);
    const after = columns.map((column) => `${column.name} ${typeOf(column.type).replaceAll(' ', '')}`);
    if (before.length === 0 || before.join('\n') === after.join('\n')) await connection.run(`CREATE OR REPLACE VIEW ${view} AS ${definition}`);
    else await recreate(connection, schema, name, definition);
  });
}

/** Run a statement that readers may hold up in a transaction of its own, again and again until it gets its lock. */
export async function withLock(connection: Connection, patience: number, action: () => Promise<unknown>): Promise<void> {
  for (let waited = 0; ; waited += LOCK_MS + PAUSE_MS) {
    await connection.run('BEGIN');
    await connection.run(`SET LOCAL lock_timeout = ${LOCK_MS}`);
    try {
      await action();
      await connection.run('COMMIT');
      return;
    } catch (error) {
      if (!(error instanceof PipelineError) || error.details.sqlstate !== '55P03' || waited >= patience) throw error;
      await connection.run('ROLLBACK');
      await sleep(PAUSE_MS);
    }
  }
}

async function columnTypes(connection: Connection, relation: string): Promise<string[]> {
  const columns = await connection.rows<{ name: string; type: string }>(
    `SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [relation],
  );
  return columns.map(({ name, type }) => `${name} ${type.replaceAll(' without time zone', '').replaceAll(' ', '')}`);
}

/** Other columns need another view; who could read the old one can read the new one. */
async function recreate(connection: Connection, schema: string, name: string, definition: string): Promise<void> {
  const view = `${quoteIdent(schema)}.${quoteIdent(name)}`;
  const readers = await connection.rows<{ grantee: string }>(
    `SELECT DISTINCT grantee::text AS grantee FROM information_schema.role_table_grants
     WHERE table_schema = $1 AND table_name = $2 AND privilege_type = 'SELECT' AND grantee <> current_user`,
    [schema, name],
  );
  await connection.run(`DROP VIEW ${view}`);
  await connection.run(`CREATE VIEW ${view} AS ${definition}`);
  for (const { grantee } of readers)
    await connection.run(`GRANT SELECT ON ${view} TO ${grantee === 'PUBLIC' ? 'PUBLIC' : quoteIdent(grantee)}`);
}
