import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, readIfThere } from '../artifacts/files';

const NAME = /^(\d{8,})\.json$/;

/** Place of an entry: `<home>/ledger/<seq>.json`. */
export const placeOf = (home: string, seq: number): string => join(home, 'ledger', `${String(seq).padStart(8, '0')}.json`);

async function namesIn(home: string): Promise<string[]> {
  return readdir(join(home, 'ledger')).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
}

/** Highest entry number there is, 0 for an empty ledger. */
export async function lastOf(home: string): Promise<number> {
  return (await namesIn(home)).reduce((max, name) => Math.max(max, Number(NAME.exec(name)?.[1] ?? 0)), 0);
}

/** Names in the ledger's folder that are no entry's, sorted. */
export async function strangersIn(home: string): Promise<string[]> {
  const names = await namesIn(home);
  return names.filter((name) => !NAME.test(name) || placeOf('', Number(NAME.exec(name)![1])) !== join('ledger', name)).sort();
}

/** Many at once, but not so many that the process runs out of file handles. */
const BATCH = 64;

/** Text of every entry from the first on, undefined where one is missing. */
export async function readTexts(home: string): Promise<(string | undefined)[]> {
  const last = await lastOf(home);
  const texts: (string | undefined)[] = [];
  for (let seq = 1; seq <= last; seq += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, last - seq + 1) }, (_, i) => readIfThere(placeOf(home, seq + i)));
    texts.push(...(await Promise.all(batch)));
  }
  return texts;
}
