import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A fresh folder, removed after the tests of the file. */
export function freshHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'dramatis-'));
  made.push(home);
  return home;
}

afterAll(() => {
  for (const home of made.splice(0)) rmSync(home, { recursive: true, force: true });
});
