import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../contracts/errors';

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Write a file that appears whole or not at all, and never replaces one. Does nothing where it exists. */
export async function createOnly(path: string, bytes: () => Uint8Array): Promise<void> {
  if (
    await stat(path).then(
      () => true,
      () => false,
    )
  )
    return;
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes());
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A link is atomic and fails where the name is taken: another writer of the same content was faster.
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await syncFolder(folder);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Rights and shapes that no retry mends. */
const LASTING = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'EISDIR', 'ELOOP']);

function unreadable(folder: string, error: unknown): PipelineError {
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
export async function readAll(folder: string): Promise<readonly (readonly [string, Buffer])[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw unreadable(folder, error);
  });
  const finished = names.filter((name) => !name.startsWith('.')).sort();
  try {
    return await Promise.all(finished.map(async (name) => [name, await readFile(join(folder, name))] as const));
  } catch (error) {
    throw unreadable(folder, error);
  }
}
