import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { ownedName } from './temporary';

/** Customer-level files are for their owner alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export const errnoOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST']);

/** What a system error says about the store: no room (`DISK_FULL`), or a place that cannot be used (`STORE_UNUSABLE`). Others stay as they are. */
export function asStoreError(error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || error instanceof PipelineError) return error;
  if (FULL.has(errno)) {
    const message = 'no space left where the store is; what is published is untouched: make room and retry';
    return new PipelineError('DISK_FULL', message, { errno }, { cause: error });
  }
  if (!UNUSABLE.has(errno)) return error;
  const { path = 'a file', syscall = 'use' } = error as NodeJS.ErrnoException;
  const message = `cannot ${syscall} ${path} (${errno}): check the rights of the folder, or name another store with --home`;
  return new PipelineError('STORE_UNUSABLE', message, { errno, path }, { cause: error });
}

/** Run a write; a full disk becomes `DISK_FULL`, which a retry may survive. */
export async function onDisk<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw FULL.has(errnoOf(error) ?? '') ? asStoreError(error) : error;
  }
}

/** Make the entries of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Make the bytes of a file durable. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A folder for its owner alone, with the folders above it; each new entry is durable when this returns. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** Write a new file and make its bytes durable; its name is not durable yet. */
export async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A fresh name in `<home>/tmp`, on the store's own file system; see `sweepTemporary` for what a kill leaves there. */
export async function temporaryPath(home: string, extension = ''): Promise<string> {
  const folder = join(home, 'tmp');
  await makeFolder(folder);
  return join(folder, `${ownedName()}${extension === '' ? '' : `.${extension}`}`);
}

async function viaTemporary<T>(
  home: string,
  data: string | Uint8Array,
  place: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = await temporaryPath(home);
  try {
    await writeSynced(temporary, data);
    return await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Create a file with its full content, or leave the one that is there: the link is atomic, so no reader ever sees half, and of
 * several writers exactly one wins.
 *
 * @returns Whether this call created it.
 */
export function createOnce(home: string, path: string, data: string | Uint8Array): Promise<boolean> {
  return onDisk(async () => {
    await makeFolder(dirname(path));
    return viaTemporary(home, data, async (temporary) => {
      const created = await link(temporary, path).then(
        () => true,
        (error: unknown) => {
          if (errnoOf(error) !== 'EEXIST') throw error;
          return false;
        },
      );
      // Also where the race was lost: who goes on from here relies on the winner's entry.
      await syncFolder(dirname(path));
      return created;
    });
  });
}

/** Create or replace a file in one step: readers see the old content or the new one. */
export function replaceFile(home: string, path: string, data: string | Uint8Array): Promise<void> {
  return onDisk(async () => {
    await makeFolder(dirname(path));
    await viaTemporary(home, data, async (temporary) => {
      await rename(temporary, path);
      await syncFolder(dirname(path));
    });
  });
}

/** The text of a file, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
