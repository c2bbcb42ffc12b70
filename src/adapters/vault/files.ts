import { PipelineError } from '../../contracts/errors';
import { atOnce } from '../at-once';
import type { Shelf } from '../shelf';

/** Write what appears whole or not at all, and never replaces anything. Does nothing where it exists. */
export async function createOnly(shelf: Shelf, key: string, bytes: () => Uint8Array): Promise<void> {
  if (await shelf.has(key)) return;
  // Where another writer was faster, what it wrote has the same content.
  await shelf.create(key, bytes());
}

/** Rights and shapes that no retry mends. */
const LASTING = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'EISDIR', 'ELOOP']);

function unreadable(folder: string, error: unknown): unknown {
  if (error instanceof PipelineError) return error;
  const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
  return new PipelineError(
    LASTING.has(code) ? 'VAULT_CORRUPT' : 'ENGINE_FAILED',
    `the vault folder ${folder} cannot be read (${code}); check its owner and its rights`,
    { errno: code },
  );
}

/**
 * Finished files of a folder by name, sorted; none where the folder is not there.
 *
 * @throws PipelineError `VAULT_CORRUPT` where folder or files may not be read or are something else; `ENGINE_FAILED` for what may pass.
 */
export async function readAll(shelf: Shelf, folder: string): Promise<readonly (readonly [string, Buffer])[]> {
  try {
    const names = (await shelf.list(folder)).filter((name) => !name.startsWith('.'));
    const files = await atOnce(names, async (name) => [name, await shelf.readBytes(`${folder}/${name}`)] as const);
    // What is gone by now was rewritten without somebody who was erased.
    return files.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes] as const]));
  } catch (error) {
    throw unreadable(shelf.locate(folder), error);
  }
}
