import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore } from '../../../src/adapters/artifacts';
import { createSqlEngine } from '../../../src/adapters/duckdb';
import { freshHome } from '../../support/home';

function engineIn(home: string) {
  const temporary = join(home, 'tmp', 'duckdb');
  const artifacts = createArtifactStore(home);
  return { temporary, sql: createSqlEngine({ artifacts, threads: 1, memoryLimit: '100MB', temporary }) };
}

afterEach(() => jest.restoreAllMocks());

it('tries the lock again after a check that could not be made, and says so in its own words', async () => {
  const home = freshHome();
  const { temporary, sql } = engineIn(home);
  mkdirSync(join(home, 'tmp'));
  writeFileSync(temporary, 'in the way');
  await expect(sql.session()).rejects.toMatchObject({ name: 'PipelineError', code: 'ENGINE_FAILED' });
  rmSync(temporary);
  const session = await sql.session();
  expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await session.close();
});

it('checks the lock once per engine', async () => {
  const { sql } = engineIn(freshHome());
  const created = jest.spyOn(DuckDBInstance, 'create');
  for (const session of [await sql.session(), await sql.session()]) await session.close();
  expect(created).toHaveBeenCalledTimes(3);
});

it.each<[string, Parameters<ReturnType<typeof engineIn>['sql']['session']>[0], number]>([
  ['a file to read is not there', { reads: ['/nowhere/x.csv'] }, 0],
  ['a setting is refused', { timeZone: 'Nowhere/At_All' }, 1],
])('leaves neither a folder nor an open database where %s', async (_, options, opened) => {
  const { temporary, sql } = engineIn(freshHome());
  await (await sql.session()).close();
  const closed = jest.spyOn(DuckDBInstance.prototype, 'closeSync');
  const disconnected = jest.spyOn(DuckDBConnection.prototype, 'disconnectSync');
  await expect(sql.session(options)).rejects.toMatchObject({ name: 'PipelineError' });
  expect(closed).toHaveBeenCalledTimes(opened);
  expect(disconnected).toHaveBeenCalledTimes(opened);
  expect(readdirSync(temporary)).toEqual([]);
});
