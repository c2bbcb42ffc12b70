import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client, type QueryResultRow } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { PipelineError } from '../../../contracts/errors';
import { postgresError } from './errors';

/** One connection; every error of it is a PipelineError without values or secrets. */
export interface Connection {
  rows<T extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Returns how many rows were touched. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  /** Send a CSV file without header to `COPY … FROM STDIN`. */
  copy(sql: string, path: string): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;

/** @param statementTimeout Seconds. @throws PipelineError `SINK_UNREACHABLE`, `SINK_REFUSED`, `SECRET_MISSING` for what is no URL. */
export async function connect(target: string, url: string, statementTimeout: number): Promise<Connection> {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new PipelineError('SECRET_MISSING', `target ${target}: its connection is no URL of the form postgres://user:password@host/database`, { target });
  const client = new Client({
    connectionString: url,
    application_name: 'dramatis',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementTimeout * 1000,
    keepAlive: true,
  });
  // A connection that breaks between two statements says so here; the next statement fails and tells.
  client.on('error', () => undefined);
  const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      throw postgresError(error, target);
    }
  };
  await guarded(() => client.connect());
  return {
    rows: (sql, values = []) => guarded(async () => (await client.query(sql, [...values])).rows as never[]),
    run: (sql, values = []) => guarded(async () => (await client.query(sql, [...values])).rowCount ?? 0),
    copy: (sql, path) => guarded(() => pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), client.query(copyFrom(sql)))),
    close: () => client.end().catch(() => undefined),
  };
}
