import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import { canonicalJson } from '../../core/audit';
import { shelfAt, type Place, type Shelf } from '../shelf';

/** In place of an object that held somebody's rows: the object without them. */
export interface Erasure {
  readonly format: 1;
  readonly old: string;
  /** SHA-256 of the object that stands for it. */
  readonly new: string;
  /** Number of the ledger entry that says so: this file only finds it. */
  readonly entry: number;
}

const keyOf = (sha256: string): string => `erasures/${sha256}.json`;
const entryOf = (seq: number): string => `ledger/${String(seq).padStart(8, '0')}.json`;

/** Whether the text of a ledger entry maps one object to the other. That the entry is genuine says the check of the ledger. */
function maps(text: string | undefined, { old, new: next, entry }: Erasure): boolean {
  if (text === undefined) return false;
  try {
    const { type, seq, body } = JSON.parse(text) as { type?: unknown; seq?: unknown; body?: { statement?: { objects?: unknown } } };
    const objects = body?.statement?.objects;
    if (type !== 'erasure' || seq !== entry || !Array.isArray(objects)) return false;
    return (objects as readonly { old?: unknown; new?: unknown }[]).some((pair) => pair.old === old && pair.new === next);
  } catch {
    return false;
  }
}

/** Every read of an object asks; across a network one list a second answers all of them. */
const LISTED_MS = 1000;
const listed = new WeakMap<Shelf, { readonly at: number; readonly names: Promise<ReadonlySet<string>> }>();

async function mayBeErased(shelf: Shelf, sha256: string): Promise<boolean> {
  if (!shelf.shared) return true;
  const last = listed.get(shelf);
  if (last !== undefined && performance.now() - last.at < LISTED_MS) return (await last.names).has(`${sha256}.json`);
  const names = shelf.list('erasures').then((all) => new Set(all));
  listed.set(shelf, { at: performance.now(), names });
  names.catch(() => listed.delete(shelf));
  return (await names).has(`${sha256}.json`);
}

/**
 * What stands in place of an object; undefined for one that nothing was erased from.
 *
 * @throws PipelineError `OBJECT_CORRUPT` where the ledger does not say so: a file alone redirects no reader.
 */
export async function erasureOf(place: Place, sha256: string): Promise<Erasure | undefined> {
  const shelf = shelfAt(place);
  if (!(await mayBeErased(shelf, sha256))) return undefined;
  const text = await shelf.read(keyOf(sha256));
  if (text === undefined) return undefined;
  const erasure = JSON.parse(text) as Erasure;
  if (erasure.old === sha256 && maps(await shelf.read(entryOf(erasure.entry)), erasure)) return erasure;
  throw new PipelineError(
    'OBJECT_CORRUPT',
    `erasures/${sha256}.json says that another object stands for ${sha256}, ledger entry ${erasure.entry} does not: remove the file`,
    { sha256, entry: erasure.entry },
  );
}

/** Written after the ledger entry, before the old object goes. */
export async function recordErasure(place: Place, erasure: Erasure): Promise<void> {
  const shelf = shelfAt(place);
  await shelf.create(keyOf(erasure.old), canonicalJson(erasure));
  listed.delete(shelf);
}

/** The object that is read for `sha256`: several customers may have been erased from it, one after the other. */
export async function standInOf(place: Place, sha256: string): Promise<string> {
  let name = sha256;
  for (const seen = new Set<string>(); !seen.has(name);) {
    seen.add(name);
    name = (await erasureOf(place, name))?.new ?? name;
  }
  return name;
}

/**
 * Names of the artifacts that somebody was erased from, sorted: `erased-by-record` where a release is verified, `not-replayable (erased)`
 * where it is replayed.
 */
export async function erasedAmong(place: Place, artifacts: Readonly<Record<string, ArtifactRef>>): Promise<string[]> {
  const erased = await Promise.all(Object.entries(artifacts).map(async ([name, { sha256 }]) => ((await erasureOf(place, sha256)) ? [name] : [])));
  return erased.flat().sort();
}
