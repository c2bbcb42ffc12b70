import type { DuckDBConnection } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../../core/ports';
import { quoteIdent, quoteText } from '../../core/sql/identifiers';
import { errnoOf } from '../artifacts/files';
import { openInstance, type InstanceOptions } from '../duckdb/instance';
import { toPipelineError } from '../duckdb/errors';

/** As every table of the store is written. */
const ROW_GROUP_SIZE = 122_880;

export interface StoredObject {
  readonly sha256: string;
  readonly path: string;
  readonly parquet: boolean;
}

/** Every object of a store. Reads four bytes of each. */
export async function objectsIn(home: string): Promise<StoredObject[]> {
  const root = join(home, 'objects', 'sha256');
  const folders = await readdir(root).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [] as string[];
    throw error;
  });
  const found: StoredObject[] = [];
  for (const folder of folders.sort()) {
    for (const rest of (await readdir(join(root, folder))).sort()) {
      const path = join(root, folder, rest);
      found.push({ sha256: folder + rest, path, parquet: await isParquet(path) });
    }
  }
  return found;
}

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
  } finally {
    await file.close();
  }
}

interface Table extends StoredObject {
  readonly texts: readonly string[];
  readonly hasPid: boolean;
}

/** Tables of a store, and one customer's rows in them. */
export class CustomerTables {
  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly folder: string,
    private readonly tables: readonly Table[],
    private readonly dispose: () => Promise<void>,
  ) {}

  static async open(engine: InstanceOptions, objects: readonly StoredObject[]): Promise<CustomerTables> {
    const parquet = objects.filter((object) => object.parquet);
    // Text files would be read otherwise: each table is named, the rest of the store stays out of reach.
    const { connection, folder, dispose } = await openInstance(
      engine,
      parquet.map(({ path }) => path),
      'UTC',
    );
    try {
      const tables: Table[] = [];
      for (const object of parquet) tables.push(await describe(connection, object));
      return new CustomerTables(connection, folder, tables, dispose);
    } catch (error) {
      await dispose();
      throw toPipelineError(error, 'looking at the tables of the store');
    }
  }

  /** E-mail addresses among a customer's values: what else may name it elsewhere. */
  async addressesOf(pid: string): Promise<string[]> {
    const found = new Set<string>();
    for (const { path, texts, hasPid } of this.tables) {
      if (!hasPid) continue;
      for (const column of texts.filter((name) => name !== 'pid')) {
        const name = quoteIdent(column);
        const isAddress = `regexp_matches(${name}, '^[^@\\s]+@[^@\\s]+$')`;
        const sql = `SELECT DISTINCT ${name} FROM read_parquet(${quoteText(path)}) WHERE pid = $pid AND ${isAddress}`;
        for (const [value] of await this.query(sql, { pid })) found.add(String(value));
      }
    }
    return [...found].sort();
  }

  /** Tables with a row of the customer: by its pseudonym, or with one of `terms` as a whole value. */
  async holding(pid: string, terms: readonly string[]): Promise<readonly StoredObject[]> {
    const found: Table[] = [];
    for (const table of this.tables) {
      const where = matches(table);
      if (where === null) continue;
      const [[n] = []] = await this.query(`SELECT count(*) FROM read_parquet(${quoteText(table.path)}) WHERE ${where}`, { terms: [pid, ...terms] });
      if (Number(n) > 0) found.push(table);
    }
    return found;
  }

  /** Write a table again without the customer's rows, in the order it has; answers the new object's SHA-256. */
  async without({ sha256 }: StoredObject, pid: string, terms: readonly string[], artifacts: ArtifactStore): Promise<string> {
    const table = this.tables.find((candidate) => candidate.sha256 === sha256)!;
    const inside = join(this.folder, `${randomUUID()}.parquet`);
    const kept = `SELECT * FROM read_parquet(${quoteText(table.path)}) WHERE (${matches(table)}) IS NOT TRUE`;
    const copied = await this.query(`COPY (${kept}) TO ${quoteText(inside)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_SIZE})`, {
      terms: [pid, ...terms],
    });
    const temporary = await artifacts.temporary('parquet');
    await rename(inside, temporary);
    return (await artifacts.adopt('erased', temporary, Number(copied[0]?.[0] ?? 0))).sha256;
  }

  close(): Promise<void> {
    return this.dispose();
  }

  private async query(sql: string, values: Readonly<Record<string, string | readonly string[]>>): Promise<readonly (readonly unknown[])[]> {
    try {
      // A list is bound value by value: the engine has no parameter for one in a COPY.
      const { text, params } = bound(sql, values);
      return await (await this.connection.run(text, params)).getRows();
    } catch (error) {
      throw toPipelineError(error, 'taking rows out of a table');
    }
  }
}

/** The rows that are the customer's; null for a table without text, which can hold no pseudonym. */
const matches = ({ texts }: Table): string | null =>
  texts.length === 0 ? null : texts.map((name) => `${quoteIdent(name)} IN ($terms)`).join(' OR ');

function bound(
  sql: string,
  values: Readonly<Record<string, string | readonly string[]>>,
): { readonly text: string; readonly params: Record<string, string> } {
  const params: Record<string, string> = {};
  let text = sql;
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') params[name] = value;
    else {
      text = text.replaceAll(`$${name}`, value.map((_, i) => `$${name}${i}`).join(', '));
      for (const [i, item] of value.entries()) params[`${name}${i}`] = item;
    }
  }
  return { text, params };
}

async function describe(connection: DuckDBConnection, object: StoredObject): Promise<Table> {
  const result = await connection.runAndReadAll(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${quoteText(object.path)}))`,
  );
  const columns = result.getRowObjects().map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  return {
    ...object,
    texts: columns.filter(({ type }) => type === 'VARCHAR').map(({ name }) => name),
    hasPid: columns.some(({ name }) => name === 'pid'),
  };
}
