import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { sha256Hex } from '../../core/audit';
import { errnoOf } from '../artifacts/files';
import type { StoredHash } from './shelf';

/** SHA-256 of a file, read as a stream: constant memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Above this a file is hashed as a stream. */
const WHOLE = 32 * 2 ** 20;

/** Undefined where there is no such file. About 0.5 GB/s. */
export async function hashOf(path: string): Promise<StoredHash | undefined> {
  try {
    const { size } = await stat(path);
    if (size > WHOLE) return { sha256: await hashFile(path), bytes: size };
    const bytes = await readFile(path);
    return { sha256: sha256Hex(bytes), bytes: bytes.byteLength };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
