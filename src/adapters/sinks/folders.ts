import { randomUUID } from 'node:crypto';
import { chmod, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf, syncFile, syncFolder } from '../artifacts/files';

const PARTIAL = /^\.partial-(\d+)-(\d+)-[0-9a-f-]{36}-(.+)$/;
const mine = new Set<string>();

/** A hidden folder for a delivery in the making; its name says which process on which host makes it. */
export function partialName(release: number): string {
  const name = `.partial-${release}-${process.pid}-${randomUUID()}-${hostname()}`;
  mine.add(name);
  return name;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Remove what deliveries of this host left behind when their process died. */
export async function sweepPartials(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const [, , pid, host] = PARTIAL.exec(name) ?? [];
    if (host !== hostname() || mine.has(name)) continue;
    // In a container a restarted worker often has the number of the one that died.
    if (Number(pid) === process.pid || !alive(Number(pid)))
      await rm(join(root, name), { recursive: true, force: true });
  }
}

/**
 * Give a finished folder its final name, in one step and durably.
 *
 * @returns False where the name is taken, as by another delivery of the same release that came first; the folder is then removed.
 */
export async function settle(root: string, partial: string, name: string): Promise<boolean> {
  const from = join(root, partial);
  for (const file of await readdir(from)) {
    await chmod(join(from, file), 0o600);
    await syncFile(join(from, file));
  }
  await syncFolder(from);
  try {
    await rename(from, join(root, name));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
    await rm(from, { recursive: true, force: true });
    return false;
  } finally {
    mine.delete(partial);
  }
  await syncFolder(root);
  return true;
}

/** Where the folder of a release lies while another takes its place. */
export const asideName = (release: number): string => `.erasing-${release}`;

/** The release whose folder has this name; undefined for any other name. */
export function releaseOfName(name: string): number | undefined {
  const [, release] = /^(?:\.erasing-)?([1-9]\d*)$/.exec(name) ?? [];
  return release === undefined ? undefined : Number(release);
}

/** Point the symbolic link `current` at a folder, in one step. */
export async function pointCurrent(root: string, name: string): Promise<void> {
  if ((await currentName(root)) === name) return;
  const temporary = join(root, partialName(0));
  await symlink(name, temporary);
  await rename(temporary, join(root, 'current'));
  await syncFolder(root);
}

/** The folder `current` points at, or undefined. */
export async function currentName(root: string): Promise<string | undefined> {
  try {
    return await readlink(join(root, 'current'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Take the link `current` away: there is nothing it could point at. */
export async function unpointCurrent(root: string): Promise<void> {
  await rm(join(root, 'current'), { force: true });
  await syncFolder(root);
}
