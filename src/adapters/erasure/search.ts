import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { searchForms } from '../../core/gdpr';

/** A text so short is found by chance among bytes: it is looked for as a whole word, in text only. */
export const TOO_SHORT = 8;
const CHUNK = 1 << 22;

const isWordByte = (byte: number | undefined): boolean => byte !== undefined && /[A-Za-z0-9_]/.test(String.fromCharCode(byte));

function holds(bytes: Buffer, form: Buffer, whole: boolean): boolean {
  for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) {
    if (!whole || (!isWordByte(bytes[at - 1]) && !isWordByte(bytes[at + form.length]))) return true;
  }
  return false;
}

/**
 * Files under a folder that hold one of `terms` in any form: as it is, hex, base64 or base32. What is compressed or encrypted is not looked
 * into: tables and the vault are gone through otherwise.
 *
 * @param skip Folders that are not looked into, relative to `root`.
 * @returns Paths relative to `root`, sorted. Reads every file once, in pieces of 4 MB.
 */
export async function filesHolding(root: string, terms: readonly string[], skip: readonly string[] = []): Promise<string[]> {
  const forms = terms.flatMap((term) => searchForms(term).map((form) => ({ form: Buffer.from(form), whole: form.length < TOO_SHORT })));
  const longest = Math.max(1, ...forms.map(({ form }) => form.length));
  const found: string[] = [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const place = relative(root, path);
    if (skip.some((folder) => place.startsWith(`${folder}/`))) continue;
    if (await fileHolds(path, forms, longest)) found.push(place);
  }
  return found.sort();
}

async function fileHolds(path: string, forms: readonly { readonly form: Buffer; readonly whole: boolean }[], longest: number): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return false;
      const piece = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const binary = piece.subarray(0, 4).toString('latin1') === 'PAR1' || piece.subarray(0, 1024).includes(0);
      if (forms.some(({ form, whole }) => !(whole && binary) && holds(piece, form, whole))) return true;
      rest = Buffer.from(piece.subarray(Math.max(0, piece.length - longest - 1)));
    }
  } finally {
    await file.close();
  }
}
