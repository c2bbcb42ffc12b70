import { existsSync, writeFileSync } from 'node:fs';

/**
 * Named fault points for tests: `DRAMATIS_FAULT=<point>@<marker file>` makes the process end with SIGKILL the first time it
 * reaches the point (the marker file remembers that it did). Without the variable this does nothing.
 */
export function faultPoints(setting = process.env.DRAMATIS_FAULT): (point: string) => void {
  if (!setting) return () => undefined;
  const cut = setting.indexOf('@');
  const [wanted, marker] = [setting.slice(0, cut), setting.slice(cut + 1)];
  return (point) => {
    if (point !== wanted || existsSync(marker)) return;
    writeFileSync(marker, point);
    process.kill(process.pid, 'SIGKILL');
  };
}
