import { readFileSync } from 'node:fs';

const TICK_S = 0.01; // USER_HZ, 100 on every Linux that Node runs on

/** The fields of /proc/<pid>/stat after the name; undefined once the process is gone. */
function stat(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** User and system seconds of a living process, of its children only those that ended and were waited for. */
export function cpuOf(pid: number, { children = false } = {}): number | undefined {
  const fields = stat(pid);
  if (fields === undefined) return undefined;
  const own = Number(fields[11]) + Number(fields[12]);
  const ended = Number(fields[13]) + Number(fields[14]);
  return TICK_S * (children ? own + ended : own);
}

/** User and system seconds of all children (and of theirs) that this process has waited for. */
export function cpuOfEndedChildren(): number {
  const fields = stat(process.pid);
  return fields === undefined ? NaN : TICK_S * (Number(fields[13]) + Number(fields[14]));
}

/** Resident memory of a process in MiB: now, and the most it ever was. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
    const [now, peak] = [kib('VmRSS'), kib('VmHWM')];
    return Number.isNaN(now) ? undefined : { now: now / 1024, peak: peak / 1024 };
  } catch {
    return undefined;
  }
}
