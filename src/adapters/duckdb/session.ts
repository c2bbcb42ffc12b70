import { randomUUID } from 'node:crypto';
import { copyFile, link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import { quoteIdent, quoteTable, quoteText } from '../../core/sql/identifiers';
import type { ArtifactStore, SqlParams, SqlSession } from '../../core/ports';
import { fillTable, type Column } from './append';
import { toPipelineError } from './errors';
import type { OpenInstance } from './instance';
import { readMatrix } from './matrix';
import { countOf, executeWith, oneSelect } from './statements';
import { isOrdered } from '../../core/sql/tokens';
import { toPlain } from './values';

/** Rows per row group of every Parquet file: fixed, because the bytes depend on it. */
const ROW_GROUP_SIZE = 122_880;
const INTERRUPT_EVERY_MS = 50;

/**
 * One connection, one statement at a time: another statement on a connection with an open result would end that result with no error.
 * Every method waits for the ones called before it.
 */
export function createSession(open: OpenInstance, artifacts: ArtifactStore, signal?: AbortSignal): SqlSession {
  const { connection, folder } = open;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  // An interrupt between two statements is lost, so it is repeated until the session is closed.
  const interrupt = (): void => {
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS).unref();
  };
  signal?.addEventListener('abort', interrupt);

  /** Queue a piece of work; every error leaves as a PipelineError. */
  function inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    const run = last.then(async () => {
      try {
        signal?.throwIfAborted();
        if (closed) throw new PipelineError('ENGINE_FAILED', `${what}: the session is closed`);
        return await work();
      } catch (error) {
        throw toPipelineError(error, what, signal);
      }
    });
    last = run.catch(() => undefined);
    return run;
  }

  async function makeSchema(name: string): Promise<void> {
    quoteTable(name);
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdent(name.split('.')[0] ?? '')}`);
  }

  async function createTable(name: string, select: string, params: SqlParams): Promise<number> {
    const body = await oneSelect(connection, select);
    await makeSchema(name);
    return countOf(await executeWith(connection, `CREATE TABLE ${quoteTable(name)} AS\n${body}\n`, params));
  }

  /** A hard link in the private folder: the rest of the store stays out of reach. Copied where links do not work. */
  async function bring(ref: ArtifactRef): Promise<string> {
    const inside = join(folder, `${ref.sha256}.parquet`);
    const stored = await artifacts.path(ref);
    await link(stored, inside).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') await copyFile(stored, inside);
    });
    return inside;
  }

  return {
    view: (name, ref) =>
      inTurn(`showing ${name}`, async () => {
        await makeSchema(name);
        await connection.run(
          `CREATE VIEW ${quoteTable(name)} AS SELECT * FROM read_parquet(${quoteText(await bring(ref))})`,
        );
      }),

    table: (name, select, params = {}) => inTurn(`filling ${name}`, () => createTable(name, select, params)),

    insert: (name, columns) =>
      inTurn(`filling ${name}`, async () => {
        await makeSchema(name);
        return fillTable(connection, name, columns as readonly Column[]);
      }),

    rows: <T extends Record<string, unknown>>(select: string, params: SqlParams = {}) =>
      inTurn('a query', async () => {
        const body = await oneSelect(connection, select);
        const result = await executeWith(connection, body, params);
        const names = result.deduplicatedColumnNames();
        const rows = await result.getRows();
        return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i], toPlain(value)])) as T);
      }),

    save: (kind, select, params = {}, { number } = {}) =>
      inTurn(`writing ${kind}`, async () => {
        if (!isOrdered(select))
          throw new PipelineError(
            'SQL_REFUSED',
            `${kind} must be written with ORDER BY its unique key, or its bytes would depend on the number of threads`,
            { kind },
          );
        const body = await oneSelect(connection, select);
        const inside = join(folder, `${randomUUID()}.parquet`);
        const written = await executeWith(
          connection,
          `COPY (\n${number === undefined ? body : numbered(body, number)}\n) TO ${quoteText(inside)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_SIZE})`,
          params,
        );
        const rows = await countOf(written);
        const temporary = await artifacts.temporary('parquet');
        await move(inside, temporary);
        return artifacts.adopt(kind, temporary, rows);
      }),

    matrix: (select, params = {}) => inTurn('reading a matrix', () => readMatrix(connection, select, params)),

    close: async () => {
      await last;
      if (closed) return;
      closed = true;
      clearInterval(again);
      signal?.removeEventListener('abort', interrupt);
      await open.dispose();
    },
  };
}

/** Rows are numbered as they stream by, in the order of the select: a window with an order of its own would sort them a second time. */
const numbered = (body: string, column: string): string => `SELECT row_number() OVER () AS ${quoteIdent(column)}, * FROM (\n${body}\n)`;

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from);
  }
}
