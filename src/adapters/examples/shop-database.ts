import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quoteText } from '../../core/sql/identifiers';
import { toPipelineError } from '../duckdb/errors';
import { QUARTERS, shopExports } from './shop-files';

export interface ShopSize {
  readonly customers: number;
  readonly seed: number;
}

export interface WrittenFile {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

/** The last day of the shop's two years. */
export const SHOP_AS_OF = '2026-06-30';

/**
 * Run the generator's SQL in an in-memory database and write the exports into a folder.
 *
 * @param sql Name and text of each file, in order.
 * @returns The files with their rows, in the order of writing.
 * @throws PipelineError `ENGINE_FAILED`, `DISK_FULL`.
 */
export async function writeShop(
  folder: string,
  sql: ReadonlyMap<string, string>,
  { customers, seed }: ShopSize,
  options: { readonly threads: number },
): Promise<WrittenFile[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(options.threads), preserve_insertion_order: 'true' });
  const connection = await instance.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'; SET VARIABLE seed = ${seed}; SET VARIABLE customers = ${customers}; SET VARIABLE as_of = DATE '${SHOP_AS_OF}'`);
    for (const text of sql.values()) {
      await connection.run(text);
    }
    // how a parallel writer cuts row groups is not promised, so one thread writes
    await connection.run('SET threads = 1');
    return await writeFiles(connection, folder);
  } catch (error) {
    throw toPipelineError(error, "generating the shop's data");
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

async function writeFiles(connection: DuckDBConnection, folder: string): Promise<WrittenFile[]> {
  const quarters = (await connection.runAndReadAll(QUARTERS)).getRowObjects().map(({ quarter }) => String(quarter));
  const written: WrittenFile[] = [];
  for (const { file, select, options } of shopExports(quarters)) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    const copied = await connection.run(`COPY (${select}) TO ${quoteText(path)} (${options})`);
    written.push({ file, rows: copied.rowsChanged, bytes: (await stat(path)).size });
  }
  return written;
}
