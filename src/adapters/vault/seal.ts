import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PipelineError } from '../../contracts/errors';

const MAGIC = Buffer.from('DRV1');
const NONCE = 12;
const TAG = 16;
const ALGORITHM = 'aes-256-gcm';
/** Pseudonyms are random text: a harder look at them takes three times as long and finds nothing. */
const FAST = { level: 1 };

/** Layout: `DRV1`, nonce (12), tag (16), ciphertext of the gzipped text. The name is authenticated too: a file cannot stand in for another. */
export function encrypt(key: Buffer, name: string, text: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(gzipSync(text, FAST)), cipher.final()]);
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), body]);
}

/** @throws PipelineError `VAULT_CORRUPT` for anything that `encrypt` did not write with this key under this name. */
export function decrypt(key: Buffer, name: string, bytes: Buffer): string {
  try {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('magic');
    const nonce = bytes.subarray(MAGIC.length, MAGIC.length + NONCE);
    const tag = bytes.subarray(MAGIC.length + NONCE, MAGIC.length + NONCE + TAG);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG })
      .setAAD(Buffer.from(name))
      .setAuthTag(tag);
    const packed = Buffer.concat([decipher.update(bytes.subarray(MAGIC.length + NONCE + TAG)), decipher.final()]);
    return gunzipSync(packed).toString('utf8');
  } catch {
    throw new PipelineError(
      'VAULT_CORRUPT',
      `the vault file ${name} was changed or belongs to another key; restore it from a backup`,
      { file: name },
    );
  }
}
