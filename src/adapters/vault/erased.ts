import { createHmac } from 'node:crypto';
import { sha256Hex } from '../../core/audit';
import type { ErasedSet } from '../../core/ports';
import type { Shelf } from '../shelf';
import { createOnly } from './files';

/** Keyed: without the project key a tag tells nothing, and no list of guesses finds whose it is. */
const tagOf = (key: Buffer, pid: string): string => createHmac('sha256', key).update(pid).digest('hex');

/** Who must not come back, one empty file per customer in `<vault>/erased/`, named by a keyed digest of the pseudonym. */
export async function readErased(shelf: Shelf, folder: string, key: Buffer): Promise<ErasedSet> {
  const tags = (await shelf.list(`${folder}/erased`)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const known = new Set(tags);
  return { digest: tags.length === 0 ? null : sha256Hex(tags.join('\n')), has: (pid) => known.has(tagOf(key, pid)) };
}

export async function markErased(shelf: Shelf, folder: string, key: Buffer, pid: string): Promise<void> {
  await createOnly(shelf, `${folder}/erased/${tagOf(key, pid)}`, () => Buffer.alloc(0));
}
