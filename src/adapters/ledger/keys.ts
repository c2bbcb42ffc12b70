import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { createOnce, readIfThere, replaceFile } from '../artifacts/files';

/** Asked for with every entry; to export a key takes longer than to hash an entry. */
const keyIds = new WeakMap<KeyObject, string>();

/** First 16 hex digits of the SHA-256 of the public key (SPKI, DER). */
export function keyIdOf(key: KeyObject): string {
  const known = keyIds.get(key);
  if (known !== undefined) return known;
  const der = key.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha256').update(der).digest('hex').slice(0, 16);
  keyIds.set(key, keyId);
  return keyId;
}

const placeOf = (home: string, name: 'ledger.key' | 'ledger.pub'): string => join(home, 'keys', name);

/**
 * The key that signs the ledger, made at its first use: `<home>/keys/ledger.key` (PKCS 8, mode 0600) with `ledger.pub` beside it.
 *
 * @throws PipelineError `KEY_INSECURE` if others may read it.
 */
export async function signingKey(home: string): Promise<KeyObject> {
  const place = placeOf(home, 'ledger.key');
  if ((await readIfThere(place)) === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519');
    await createOnce(home, place, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  const { mode } = await stat(place);
  if ((mode & 0o077) !== 0) {
    throw new PipelineError(
      'KEY_INSECURE',
      'keys/ledger.key can be read by others: set its mode to 0600, and make a new key if others had access',
      {
        mode: (mode & 0o777).toString(8),
      },
    );
  }
  const key = createPrivateKey((await readIfThere(place))!);
  if ((await readIfThere(placeOf(home, 'ledger.pub'))) === undefined) {
    await replaceFile(home, placeOf(home, 'ledger.pub'), createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  }
  return key;
}

/** The public key of the ledger, or undefined before its first entry. */
export async function verifyingKey(home: string): Promise<KeyObject | undefined> {
  const text = await readIfThere(placeOf(home, 'ledger.pub'));
  return text === undefined ? undefined : createPublicKey(text);
}
