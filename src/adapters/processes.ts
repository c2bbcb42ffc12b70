import { readFileSync } from 'node:fs';

/** A process that can be told from a later one with the same id. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot where the system tells (Linux), else null. */
  readonly ticks: number | null;
}

/** The fields of /proc/<pid>/stat after the name, which may itself hold spaces and brackets. */
function stat(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

export function processId(pid: number): ProcessId {
  const ticks = Number(stat(pid)?.[19]);
  return { pid, ticks: Number.isFinite(ticks) ? ticks : null };
}

/** Whether that very process runs: a zombie and a newcomer with a reused id do not count. */
export function isAlive({ pid, ticks }: ProcessId): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const fields = stat(pid);
  if (fields === undefined) return true;
  return fields[0] !== 'Z' && (ticks === null || Number(fields[19]) === ticks);
}
