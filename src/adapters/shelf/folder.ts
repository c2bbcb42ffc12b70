import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createOnce, errnoOf, makeFolder, onDisk, readIfThere, replaceFile, syncFolder } from '../artifacts/files';
import { hashOf } from './hash';
import { Queues } from './queues';
import type { Shelf, StoredHash } from './shelf';

const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

function ifThere(error: unknown): undefined {
  if (ABSENT.has(errnoOf(error) ?? '')) return undefined;
  throw error;
}

/** A store in one folder, `<home>/<key>`: atomic create-only links, renames, and an fsync before each is relied on. */
class FolderShelf implements Shelf {
  readonly shared = false;
  private readonly queues = new Queues();

  constructor(readonly home: string) {}

  locate(key: string): string {
    return join(this.home, key);
  }

  read(key: string): Promise<string | undefined> {
    return readIfThere(this.locate(key));
  }

  readBytes(key: string): Promise<Buffer | undefined> {
    return readFile(this.locate(key)).catch(ifThere);
  }

  async has(key: string): Promise<boolean> {
    return (await stat(this.locate(key)).catch(ifThere)) !== undefined;
  }

  create(key: string, data: string | Uint8Array): Promise<boolean> {
    return createOnce(this.home, this.locate(key), data);
  }

  replace(key: string, data: string | Uint8Array): Promise<void> {
    return replaceFile(this.home, this.locate(key), data);
  }

  change(key: string, next: (text: string | undefined) => string | undefined): Promise<string | undefined> {
    return this.queues.run(key, async () => {
      const there = await this.read(key);
      const text = next(there);
      if (text === undefined || text === there) return there;
      await this.replace(key, text);
      return text;
    });
  }

  take(folder: string): Promise<boolean> {
    return onDisk(async () => {
      const path = this.locate(folder);
      try {
        await mkdir(path, { mode: 0o700 });
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') return false;
        if (errnoOf(error) !== 'ENOENT') throw error;
        await makeFolder(dirname(path));
        return this.take(folder);
      }
      await syncFolder(dirname(path));
      return true;
    });
  }

  async giveBack(folder: string): Promise<void> {
    await rmdir(this.locate(folder));
  }

  async list(folder: string): Promise<string[]> {
    const names = await readdir(this.locate(folder)).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    return names.sort();
  }

  async remove(key: string): Promise<void> {
    const path = this.locate(key);
    if ((await rm(path).then(() => true, ifThere)) === true) await syncFolder(dirname(path));
  }

  async place(temporary: string, key: string): Promise<void> {
    const path = this.locate(key);
    await makeFolder(dirname(path));
    await rename(temporary, path);
    await syncFolder(dirname(path));
  }

  file(key: string): Promise<string> {
    return Promise.resolve(this.locate(key));
  }

  again(): Promise<boolean> {
    return Promise.resolve(false);
  }

  hash(key: string): Promise<StoredHash | undefined> {
    return hashOf(this.locate(key));
  }

  assertSafe(): Promise<void> {
    return Promise.resolve();
  }
}

/** @param home Absolute path; made at the first write. */
export const createFolderShelf = (home: string): Shelf => new FolderShelf(home);
