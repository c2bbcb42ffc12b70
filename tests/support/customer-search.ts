import { DuckDBInstance } from '@duckdb/node-api';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (text: string): string => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[parseInt(five, 2)]).join('');
};

/** Files under some folders that name a customer: bytes in every form; tables and databases, which are compressed, row by row. */
export async function filesNaming(roots: readonly string[], names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const secrets = names.flatMap((text) => {
    const hex = Buffer.from(text).toString('hex');
    const base64 = Buffer.from(text)
      .toString('base64')
      .replace(/..?=*$/, '');
    return [text, hex, hex.toUpperCase(), base64, base32(text), base32(text).toLowerCase()];
  });
  for (const root of roots) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || statSync(path).size === 0) continue;
      const bytes = readFileSync(path);
      const parquet = bytes.subarray(0, 4).toString('latin1') === 'PAR1';
      if (secrets.some((secret) => bytes.includes(secret)) || (parquet && (await tableNames(path, names))) || (path.endsWith('.duckdb') && (await databaseNames(path, names))))
        found.push(path);
    }
  }
  return found;
}

const whereNamed = (names: readonly string[]): string => names.map((name) => `contains(t::VARCHAR, '${name}')`).join(' OR ');

async function tableNames(path: string, names: readonly string[]): Promise<boolean> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(`SELECT 1 FROM read_parquet('${path}') AS t WHERE ${whereNamed(names)} LIMIT 1`)).getRows().length > 0;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function databaseNames(path: string, names: readonly string[]): Promise<boolean> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    for (const [table] of (await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()')).getRows())
      if ((await connection.runAndReadAll(`SELECT 1 FROM "${String(table)}" AS t WHERE ${whereNamed(names)} LIMIT 1`)).getRows().length > 0) return true;
    return false;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
