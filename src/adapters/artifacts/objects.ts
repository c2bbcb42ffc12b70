import type { BigIntStats } from 'node:fs';
import { chmod, readFile, rm, stat, utimes } from 'node:fs/promises';
import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import { canonicalJson, sha256Hex } from '../../core/audit';
import type { ArtifactStore } from '../../core/ports';
import { hashFile, shelfAt, type Place, type Shelf } from '../shelf';
import { standInOf } from './erasures';
import { errnoOf, onDisk, syncFile, temporaryPath, writeSynced } from './files';

const REFRESH_MS = 3_600_000;

/** Changes whenever the bytes may have: a write in place moves the change time, even if the modification time is set back. */
const stampOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string => `${ino}:${size}:${mtimeNs}:${ctimeNs}`;

const missing = ({ sha256, kind }: ArtifactRef, cause?: unknown): PipelineError =>
  new PipelineError(
    'OBJECT_MISSING',
    `object ${sha256} (${kind}) is not in the store: restore it from a backup, or run again, then the stage that made it works it out anew`,
    { sha256, kind },
    { cause },
  );

const corrupt = ({ sha256, kind }: ArtifactRef, found: string): PipelineError =>
  new PipelineError(
    'OBJECT_CORRUPT',
    `object ${sha256} (${kind}) holds other bytes than its name says: restore it from a backup, or run again, then the stage that made it works it out anew`,
    { sha256, kind, found },
  );

/** Key of an object: `objects/sha256/ab/<rest>`. */
export const objectKey = (sha256: string): string => `objects/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`;

/** Objects by their SHA-256, files 0600 in folders 0700; an object that is there already is never written again. */
class Objects implements ArtifactStore {
  /** SHA-256 → stamp of the file whose bytes were checked in this process. */
  private readonly verified = new Map<string, string>();

  constructor(private readonly shelf: Shelf) {}

  /** An object that somebody was erased from is never read again, though a backup may bring it back: what stands for it is. */
  private async find(ref: ArtifactRef): Promise<{ readonly sha256: string; readonly path: string; readonly stamp: string }> {
    if (!/^[0-9a-f]{64}$/.test(ref.sha256)) throw missing(ref);
    const sha256 = await standInOf(this.shelf, ref.sha256);
    const path = await this.shelf.file(objectKey(sha256));
    try {
      return { sha256, path, stamp: stampOf(await stat(path, { bigint: true })) };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw missing(ref, error);
      throw error;
    }
  }

  async path(ref: ArtifactRef): Promise<string> {
    const { sha256, path, stamp } = await this.find(ref);
    if (this.verified.get(sha256) === stamp) return path;
    const found = await hashFile(path);
    if (found === sha256) this.verified.set(sha256, stamp);
    else await this.mend(ref, sha256, found);
    return path;
  }

  async readBytes(ref: ArtifactRef): Promise<Buffer> {
    const { sha256, path } = await this.find(ref);
    const bytes = await readFile(path);
    const found = sha256Hex(bytes);
    if (found === sha256) return bytes;
    await this.mend(ref, sha256, found);
    return readFile(path);
  }

  /** A damaged copy of what all hosts share is fetched anew. @throws PipelineError `OBJECT_CORRUPT` where that does not help. */
  private async mend(ref: ArtifactRef, sha256: string, found: string): Promise<void> {
    const key = objectKey(sha256);
    if (!(await this.shelf.again(key))) throw corrupt(ref, found);
    const path = await this.shelf.file(key);
    const now = await hashFile(path);
    if (now !== sha256) throw corrupt(ref, now);
    this.verified.set(sha256, stampOf(await stat(path, { bigint: true })));
  }

  async readJson<T>(ref: ArtifactRef): Promise<T> {
    return JSON.parse((await this.readBytes(ref)).toString('utf8')) as T;
  }

  writeJson(kind: string, value: unknown): Promise<ArtifactRef> {
    return this.writeBytes(kind, Buffer.from(canonicalJson(value)));
  }

  writeBytes(kind: string, bytes: Uint8Array, rows: number | null = null): Promise<ArtifactRef> {
    return onDisk(async () => {
      const ref: ArtifactRef = { sha256: sha256Hex(bytes), bytes: bytes.byteLength, rows, kind };
      if (await this.intact(ref)) return ref;
      const temporary = await this.temporary('');
      try {
        await writeSynced(temporary, bytes);
        await this.place(temporary, ref.sha256);
      } finally {
        await rm(temporary, { force: true });
      }
      return ref;
    });
  }

  temporary(extension: string): Promise<string> {
    return onDisk(() => temporaryPath(this.shelf.home, extension));
  }

  adopt(kind: string, temporary: string, rows: number | null): Promise<ArtifactRef> {
    return onDisk(async () => {
      const sha256 = await hashFile(temporary);
      const ref: ArtifactRef = { sha256, bytes: (await stat(temporary)).size, rows, kind };
      if (await this.intact(ref)) {
        await rm(temporary, { force: true });
        return ref;
      }
      await chmod(temporary, 0o600);
      await syncFile(temporary);
      await this.place(temporary, sha256);
      return ref;
    });
  }

  /**
   * Whether the object is there and holds what its name says. A damaged one is then replaced by the right bytes. One that is there
   * gets the time of now, at most once an hour: it was written again, so garbage collection must not take it for forgotten.
   */
  private async intact(ref: ArtifactRef): Promise<boolean> {
    try {
      return await this.refresh(ref.sha256, await this.path(ref));
    } catch (error) {
      if (error instanceof PipelineError) return false;
      throw error;
    }
  }

  private async refresh(sha256: string, path: string): Promise<boolean> {
    // What lies here is a copy: whether others find it, too, is what counts.
    if (this.shelf.shared) return this.shelf.has(objectKey(sha256));
    try {
      const now = new Date();
      if (now.getTime() - (await stat(path)).mtimeMs < REFRESH_MS) return true;
      await utimes(path, now, now);
      this.verified.set(sha256, stampOf(await stat(path, { bigint: true })));
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  private async place(temporary: string, sha256: string): Promise<void> {
    const key = objectKey(sha256);
    await this.shelf.place(temporary, key);
    this.verified.set(sha256, stampOf(await stat(await this.shelf.file(key), { bigint: true })));
  }
}

/**
 * Artifact store.
 *
 * `path` checks an object's SHA-256 once per process as long as inode, size, modification and change time stay the same;
 * `readBytes` and `readJson` check every time.
 *
 * @param place A shelf, or the absolute path of DRAMATIS_HOME, which is made at the first write.
 */
export const createArtifactStore = (place: Place): ArtifactStore => new Objects(shelfAt(place));
