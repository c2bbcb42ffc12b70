import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { findCustomer } from '../../../src/adapters/erasure';
import { freshHome } from '../../support/home';
import { duck } from '../../support/published';

const PID = 'c_abcdefghijklmnopqrstuvwx';
const JANE = 'jane.doe@example.org';

describe('the search for a customer among files', () => {
  const root = join(freshHome(), 'out');
  const engine = { threads: 1, memoryLimit: '500MB', temporary: join(freshHome(), 'duckdb') };
  const search = async (...terms: string[]) => (await findCustomer(engine, root, terms)).map(({ path, certain, unreadable }) => [path, certain, unreadable]);
  const table = (name: string, select: string) => duck(`COPY (${select}) TO '${join(root, name)}' (FORMAT parquet, COMPRESSION zstd)`);
  const padding = `SELECT 'c_' || md5(i::VARCHAR) AS pid, '17850' AS code, i AS n, ['x'] AS list FROM range(500) AS r(i)`;

  beforeAll(async () => {
    mkdirSync(join(root, '1'), { recursive: true });
    await table('1/by-value.parquet', `${padding} UNION ALL SELECT '${PID}', 'y', 1, ['x']`);
    await table('1/in-a-list.parquet', `${padding} UNION ALL SELECT 'p', 'y', 1, ['${PID}']`);
    await table('1/within.parquet', `${padding} UNION ALL SELECT 'p', 'mail ${JANE} today', 1, ['x']`);
    await table('1/base64.parquet', `${padding} UNION ALL SELECT 'p', '${Buffer.from(`id ${PID}`).toString('base64')}', 1, ['x']`);
    await table('1/others.parquet', padding);
    await table('1/numbers.parquet', 'SELECT 17850 AS n');
    const instance = await DuckDBInstance.create(join(root, '1', 'all.duckdb'));
    const connection = await instance.connect();
    for (const sql of [`CREATE TABLE a AS ${padding}`, `CREATE TABLE b AS ${padding} UNION ALL SELECT '${PID}', 'y', 1, ['x']`, 'CHECKPOINT']) await connection.run(sql);
    connection.closeSync();
    instance.closeSync();
    writeFileSync(join(root, '1', 'hex.txt'), `x${Buffer.from(PID).toString('hex')}x`);
    writeFileSync(join(root, '1', 'torn.parquet'), 'PAR1 torn');
  });

  it('finds values in tables and databases, also in lists and within longer texts, and any form in other files', async () => {
    expect(await search(PID, JANE)).toEqual([
      ['1/all.duckdb', true, false],
      ['1/base64.parquet', true, false],
      ['1/by-value.parquet', true, false],
      ['1/hex.txt', true, false],
      ['1/in-a-list.parquet', true, false],
      ['1/torn.parquet', false, true],
      ['1/within.parquet', true, false],
    ]);
  });

  it('is not certain of a short id, and takes no number for it', async () => {
    const found = await search('17850');
    expect(found).toContainEqual(['1/others.parquet', false, false]);
    expect(found.filter(([path]) => path === '1/numbers.parquet')).toEqual([]);
  });

  it('finds nothing where there is nothing', async () => {
    expect(await findCustomer(engine, join(root, 'nowhere'), [PID])).toEqual([]);
    expect((await search('c_zzzzzzzzzzzzzzzz')).map(([path]) => path)).toEqual(['1/torn.parquet']);
  });
});
