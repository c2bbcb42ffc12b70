import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { isAlive, processId } from '../processes';

const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
/** Nothing is worked on for longer: an attempt of the longest activity ends after six hours. */
const ELSEWHERE_MS = 24 * 3_600_000;

const UNIQUE = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const OWNED = new RegExp(`^(?:sql-)?([0-9a-f]{8})-(\\d+)-(\\d+|none)-${UNIQUE}(?:\\.[a-z0-9]+)?$`);

/** A fresh name that tells whose it is: host, process id, start of that process in ticks. Ids alone come back, after a restart of a container above all. */
export function ownedName(): string {
  const { pid, ticks } = processId(process.pid);
  return `${HOST}-${pid}-${ticks ?? 'none'}-${randomUUID()}`;
}

/** Process ids of another host (a container that shares the store) say nothing here: its leftovers are known by their age. */
async function isLeftover(path: string, [, host, pid, ticks]: RegExpExecArray): Promise<boolean> {
  if (host === HOST) return !isAlive({ pid: Number(pid), ticks: ticks === 'none' ? null : Number(ticks) });
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ELSEWHERE_MS;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Remove what killed processes left in `<home>/tmp` and `<home>/tmp/duckdb`: temporary files and the private folders of database sessions, whose
 * spill may hold customer ids. Files of living processes and names that were not made by `ownedName` stay.
 *
 * @returns How many files and folders were removed.
 * @throws PipelineError `ENGINE_FAILED` after the sweep where some cannot be removed.
 */
export async function sweepTemporary(home: string): Promise<number> {
  let removed = 0;
  const failures: unknown[] = [];
  for (const folder of [join(home, 'tmp'), join(home, 'tmp', 'duckdb')]) {
    for (const name of await namesIn(folder)) {
      const owner = OWNED.exec(name);
      const path = join(folder, name);
      if (!owner || !(await isLeftover(path, owner))) continue;
      try {
        await rm(path, { recursive: true, force: true });
        removed++;
      } catch (error) {
        failures.push((error as NodeJS.ErrnoException).code);
      }
    }
  }
  if (failures.length === 0) return removed;
  throw new PipelineError(
    'ENGINE_FAILED',
    `${failures.length} leftovers of ended processes in ${join(home, 'tmp')} cannot be removed (${String(failures[0])}): they may hold customer ids, remove them by hand`,
    { leftovers: failures.length },
  );
}
