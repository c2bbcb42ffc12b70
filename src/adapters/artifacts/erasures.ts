import { join } from 'node:path';
import { canonicalJson } from '../../core/audit';
import { createOnce, readIfThere } from './files';

/** In place of an object that held somebody's rows: the object without them. */
export interface Erasure {
  readonly format: 1;
  readonly old: string;
  /** SHA-256 of the object that stands for it. */
  readonly new: string;
  /** Number of the ledger entry that says so; this file only saves reading the ledger. */
  readonly entry: number;
}

const placeOf = (home: string, sha256: string): string => join(home, 'erasures', `${sha256}.json`);

/** What stands in place of an object; undefined for one that nothing was erased from. */
export async function erasureOf(home: string, sha256: string): Promise<Erasure | undefined> {
  const text = await readIfThere(placeOf(home, sha256));
  return text === undefined ? undefined : (JSON.parse(text) as Erasure);
}

export async function recordErasure(home: string, erasure: Erasure): Promise<void> {
  await createOnce(home, placeOf(home, erasure.old), canonicalJson(erasure));
}

/** The object that is read for `sha256`: several customers may have been erased from it, one after the other. */
export async function standInOf(home: string, sha256: string): Promise<string> {
  let name = sha256;
  for (const seen = new Set<string>(); !seen.has(name); ) {
    seen.add(name);
    name = (await erasureOf(home, name))?.new ?? name;
  }
  return name;
}
