import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../contracts/errors';
import { isAlive, processId, type ProcessId } from '../processes';

const STEAL_MS = 10_000; // a steal is three file operations: a steal lock this old belongs to a process that died in it
const RETRY_MS = 50;

/** Creates a file that must not exist yet; false if it does. */
function create(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(processId(process.pid)), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined if the lock is gone, null if its text is no process (its holder died while writing it). */
function holderOf(path: string): ProcessId | null | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as ProcessId;
  } catch {
    return null;
  }
}

const ageOf = (path: string): number => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());

/** Removes a lock whose holder died. Only one process at a time may judge, else it could remove the lock of the next holder. */
function removeIfStale(path: string): void {
  const steal = `${path}.steal`;
  if (!create(steal)) {
    if (ageOf(steal) > STEAL_MS) rmSync(steal, { force: true });
    return;
  }
  try {
    const holder = holderOf(path);
    const stale = holder === null ? ageOf(path) > STEAL_MS : holder !== undefined && !isAlive(holder);
    if (stale) rmSync(path, { force: true });
  } finally {
    rmSync(steal, { force: true });
  }
}

/**
 * Runs `work` while holding a create-only lock file. Waits for a living holder, takes over from a dead one.
 * @throws PipelineError `TEMPORAL_UNREACHABLE` if a living process holds it longer than `timeoutMs`.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, timeoutMs: number): Promise<T> {
  const giveUp = Date.now() + timeoutMs;
  while (!create(path)) {
    removeIfStale(path);
    if (Date.now() > giveUp) {
      const pid = holderOf(path)?.pid ?? null;
      throw new PipelineError(
        'TEMPORAL_UNREACHABLE',
        `process ${pid} has held ${path} for too long: end it and try again`,
        { pid },
      );
    }
    await sleep(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
