import { createHmac } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sha256Hex } from '../../core/audit';
import type { ErasedSet } from '../../core/ports';
import { errnoOf } from '../artifacts/files';
import { createOnly } from './files';

/** Keyed: without the project key a tag tells nothing, and no list of guesses finds whose it is. */
const tagOf = (key: Buffer, pid: string): string => createHmac('sha256', key).update(pid).digest('hex');

/** Who must not come back, one empty file per customer in `<vault>/erased/`, named by a keyed digest of the pseudonym. */
export async function readErased(folder: string, key: Buffer): Promise<ErasedSet> {
  const names = await readdir(resolve(folder, 'erased')).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [] as string[];
    throw error;
  });
  const tags = names.filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
  const known = new Set(tags);
  return { digest: tags.length === 0 ? null : sha256Hex(tags.join('\n')), has: (pid) => known.has(tagOf(key, pid)) };
}

export async function markErased(folder: string, key: Buffer, pid: string): Promise<void> {
  await createOnly(resolve(folder, 'erased', tagOf(key, pid)), () => Buffer.alloc(0));
}
