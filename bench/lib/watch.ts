import { cpuOf, memoryOf } from './processes';

const EVERY_MS = 40;

export interface Watched {
  /** CPU seconds of the process by moment (ms since 1970), ascending. */
  readonly cpu: readonly (readonly [number, number])[];
  /** Resident MiB by moment. */
  readonly memory: readonly (readonly [number, number])[];
  /** The most resident memory it had, MiB. */
  readonly peakMib: number;
  /** The most that it and the others had at one moment, MiB. */
  readonly peakTogetherMib: number;
}

/** Look at a process, which may appear later, until the function returned is called; `others` count for the memory together only. */
export function watch(subject: () => number | undefined, others: readonly number[] = []): () => Watched {
  const cpu: [number, number][] = [];
  const resident: [number, number][] = [];
  let peakMib = 0;
  let peakTogetherMib = 0;
  const look = (): void => {
    const pid = subject();
    const seconds = pid === undefined ? undefined : cpuOf(pid);
    const memory = pid === undefined ? undefined : memoryOf(pid);
    if (seconds !== undefined) cpu.push([Date.now(), seconds]);
    if (memory !== undefined) resident.push([Date.now(), memory.now]);
    peakMib = Math.max(peakMib, memory?.peak ?? 0);
    peakTogetherMib = Math.max(peakTogetherMib, others.reduce((sum, other) => sum + (memoryOf(other)?.now ?? 0), memory?.now ?? 0));
  };
  const timer = setInterval(look, EVERY_MS);
  look();
  return () => {
    look();
    clearInterval(timer);
    return { cpu, memory: resident, peakMib, peakTogetherMib };
  };
}

/** CPU seconds used between two moments, from the nearest looks at or before them. */
export function cpuBetween(cpu: Watched['cpu'], from: number, to: number): number {
  const at = (moment: number): number => cpu.findLast(([when]) => when <= moment)?.[1] ?? 0;
  return at(to) - at(from);
}

/** The most of what was seen between two moments. */
export const mostBetween = (seen: Watched['memory'], from: number, to: number): number =>
  seen.reduce((most, [when, value]) => (when >= from && when <= to ? Math.max(most, value) : most), 0);
