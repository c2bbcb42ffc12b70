import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createArtifactStore, sweepTemporary } from '../../../src/adapters/artifacts';
import { createSqlEngine } from '../../../src/adapters/duckdb';
import { processId } from '../../../src/adapters/processes';
import { freshHome } from '../../support/home';

const DAY = 24 * 3600;
const UUID = '0b0e7a52-6b0c-4c1e-9a55-2f8f4a1d7c11';

/** The id of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ['-e', '']).pid;

/** A name as this host makes it, given to another process. */
async function nameOf(home: string, pid: number, ticks: number | null): Promise<string> {
  const [host = ''] = basename(await createArtifactStore(home).temporary('')).split('-');
  return `${host}-${pid}-${ticks ?? 'none'}-${UUID}`;
}

describe('what a killed process leaves', () => {
  let home: string;
  let sessions: string;
  const session = (name: string): string => {
    const folder = join(sessions, `sql-${name}`);
    mkdirSync(join(folder, 'spill'), { recursive: true });
    writeFileSync(join(folder, 'spill', 'duckdb_temp_storage-0.tmp'), 'jane@example.org');
    return folder;
  };
  const file = (name: string): string => {
    const path = join(home, 'tmp', name);
    writeFileSync(path, 'jane@example.org');
    return path;
  };
  beforeEach(() => {
    home = freshHome();
    sessions = join(home, 'tmp', 'duckdb');
    mkdirSync(sessions, { recursive: true });
  });

  it('is swept: session folders with their spill, and temporary files with and without an ending', async () => {
    const name = await nameOf(home, ended(), 1);
    const left = [session(name), file(name), file(`${name}.parquet`)];
    expect(await sweepTemporary(home)).toBe(3);
    expect(left.map((path) => existsSync(path))).toEqual([false, false, false]);
  });

  it('is swept where a later process has the same id', async () => {
    const { pid, ticks } = processId(process.pid);
    if (ticks === null) return;
    const left = session(await nameOf(home, pid, ticks - 1));
    expect(await sweepTemporary(home)).toBe(1);
    expect(existsSync(left)).toBe(false);
  });

  it('is not mistaken for files of living processes or names of others', async () => {
    const { pid, ticks } = processId(process.pid);
    const store = createArtifactStore(home);
    const mine = await store.temporary('parquet');
    writeFileSync(mine, 'x');
    const sql = createSqlEngine({ artifacts: store, threads: 1, memoryLimit: '100MB', temporary: sessions });
    const open = await sql.session();
    const kept = [
      session(await nameOf(home, pid, ticks)),
      file(`${ended()}-notes.txt`),
      file(`${await nameOf(home, ended(), 1)}.tar.gz`),
      session('by-hand'),
    ];
    expect(await sweepTemporary(home)).toBe(0);
    expect([mine, ...kept].every((path) => existsSync(path))).toBe(true);
    expect(await open.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await open.close();
    expect(readdirSync(sessions)).toHaveLength(2);
  });

  it('of another host is left for a day, since its process ids say nothing here', async () => {
    const name = `00000000-${ended()}-1-${UUID}`;
    const left = file(name);
    expect(await sweepTemporary(home)).toBe(0);
    const old = Date.now() / 1000 - DAY - 60;
    utimesSync(left, old, old);
    expect(await sweepTemporary(home)).toBe(1);
    expect(existsSync(left)).toBe(false);
  });

  it('is nothing in a home without temporary files', async () => {
    expect(await sweepTemporary(join(home, 'new'))).toBe(0);
  });

  it('of a linked object does not take the object along', async () => {
    const store = createArtifactStore(home);
    const ref = await store.writeBytes('x.y', Buffer.from('abc'));
    const folder = session(await nameOf(home, ended(), 1));
    linkSync(await store.path(ref), join(folder, `${ref.sha256}.parquet`));
    expect(await sweepTemporary(home)).toBe(1);
    expect(readFileSync(await store.path(ref), 'utf8')).toBe('abc');
  });
});
