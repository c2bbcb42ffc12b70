import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Fault {
  readonly point: string;
  /** Milliseconds after the point is reached: the middle of what follows. */
  readonly delay: number;
}

/**
 * Named fault points for tests: `DRAMATIS_FAULT=<point>[+<ms>],…@<folder>` makes the process end with SIGKILL the first time it reaches
 * each of the points, or some milliseconds later; a file in the folder remembers each. Without the variable this does nothing.
 */
export function faultPoints(setting = process.env.DRAMATIS_FAULT): (point: string) => void {
  if (!setting) return () => undefined;
  const cut = setting.indexOf('@');
  const folder = setting.slice(cut + 1);
  const faults = setting.slice(0, cut).split(',').map(parseFault);
  mkdirSync(folder, { recursive: true });
  return (point) => {
    const fault = faults.find((candidate) => candidate.point === point);
    const marker = join(folder, point.replace(':', '-'));
    if (!fault || existsSync(marker)) return;
    writeFileSync(marker, '');
    if (fault.delay === 0) process.kill(process.pid, 'SIGKILL');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), fault.delay);
  };
}

function parseFault(text: string): Fault {
  const [point = '', delay = '0'] = text.split('+');
  return { point, delay: Number(delay) };
}
