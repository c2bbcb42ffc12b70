import type { Shelf } from '../shelf';
import { createOnly, readAll } from './files';

/** What a folder of sealed files needs to be read and written. */
export interface Sealed {
  readonly shelf: Shelf;
  readonly folder: string;
  open(name: string, bytes: Buffer): string;
  seal(name: string, text: string): Buffer;
  /** The name of a file with this content, in place of the one it had. */
  rename(name: string, text: string): string;
}

/**
 * Write every sealed file anew whose text changes; the new one first, so that a kill leaves both and the next try ends it.
 *
 * @param change The new text, or null where nothing is left.
 * @returns How many files were written anew or removed.
 */
export async function rewriteSealed({ shelf, folder, open, seal, rename }: Sealed, change: (text: string) => string | null): Promise<number> {
  let changed = 0;
  for (const [name, bytes] of await readAll(shelf, folder)) {
    const text = open(name, bytes);
    const next = change(text);
    if (next === text) continue;
    if (next !== null) {
      const other = rename(name, next);
      await createOnly(shelf, `${folder}/${other}`, () => seal(other, next));
    }
    await shelf.remove(`${folder}/${name}`);
    changed++;
  }
  return changed;
}
