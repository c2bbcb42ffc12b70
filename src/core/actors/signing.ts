import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../audit';

/** Public half of an ed25519 key as it stands in the ledger: SPKI in DER, base64. */
export const publicKeyText = (key: KeyObject): string =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }).toString('base64');

/** First 16 hex digits of the SHA-256 of the public key. */
export const keyIdOfText = (publicKey: string): string => sha256Hex(Buffer.from(publicKey, 'base64')).slice(0, 16);

/** ed25519 over the canonical JSON of a statement, base64. RFC 8032, RFC 8785. */
export const signStatement = (statement: unknown, key: KeyObject): string =>
  sign(null, Buffer.from(canonicalJson(statement)), key).toString('base64');

/** Whether the signature is that of the key over the statement; false for whatever is no ed25519 key or no signature. */
export function isSignedBy(statement: unknown, signature: string, publicKey: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  // Base64 has spare bits: two texts may stand for the same signature.
  if (bytes.toString('base64') !== signature) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(canonicalJson(statement)), key, bytes);
  } catch {
    return false;
  }
}
