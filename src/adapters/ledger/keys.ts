import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { createOnce, readIfThere } from '../artifacts/files';
import { shelfAt, type Place, type Shelf } from '../shelf';

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

const PUBLIC_KEY = 'keys/ledger.pub';

/** The private key never leaves the hosts: `DRAMATIS_LEDGER_KEY_FILE`, or `<home>/keys/ledger.key`. */
function privateKeyFile(home: string, env: NodeJS.ProcessEnv): { readonly path: string; readonly given: boolean } {
  const { DRAMATIS_LEDGER_KEY_FILE: given } = env;
  return given ? { path: resolve(given), given: true } : { path: join(home, 'keys', 'ledger.key'), given: false };
}

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;

function otherKey(shelf: Shelf, path: string, found: 'no key' | 'another key'): PipelineError {
  const where = shelf.locate(PUBLIC_KEY);
  return new PipelineError(
    'KEY_MISSING',
    `${path} holds ${found}, and the ledger is signed with the key whose public half is ${where}: copy keys/ledger.key from the host that made it, or from a backup (mode 0600), or name the file with DRAMATIS_LEDGER_KEY_FILE`,
    { path, publicKey: where },
  );
}

async function readPrivateKey(path: string): Promise<KeyObject | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new PipelineError('KEY_INSECURE', 'keys/ledger.key can be read by others: set its mode to 0600, and make a new key if others had access', {
      mode: (mode & 0o777).toString(8),
    });
  }
  return createPrivateKey(text);
}

/**
 * The key that signs the ledger: the one in `DRAMATIS_LEDGER_KEY_FILE`, else `<home>/keys/ledger.key` (PKCS 8, mode 0600), made at the first
 * use of a ledger that has none. Its public half, `keys/ledger.pub`, lies in the store, created once: every host that appends has the same key.
 *
 * @throws PipelineError `KEY_INSECURE` if others may read it, `KEY_MISSING` where the ledger is signed with a key that this host has not.
 */
export async function signingKey(place: Place, env: NodeJS.ProcessEnv = process.env): Promise<KeyObject> {
  const shelf = shelfAt(place);
  const { path, given } = privateKeyFile(shelf.home, env);
  const known = await shelf.read(PUBLIC_KEY);
  let key = await readPrivateKey(path);
  const made = key === undefined;
  if (key === undefined) {
    if (given || known !== undefined) throw otherKey(shelf, path, 'no key');
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    await createOnce(shelf.home, path, pem);
    key = (await readPrivateKey(path))!;
  }
  const own = pemOf(createPublicKey(key));
  if (known === undefined ? await shelf.create(PUBLIC_KEY, own) : known === own) return key;
  if ((await shelf.read(PUBLIC_KEY)) === own) return key;
  // The key of another host was first: this one has signed nothing and must not come to be mistaken for the ledger's.
  if (made && shelf.shared) await rm(path, { force: true });
  throw otherKey(shelf, path, 'another key');
}

/** The public key of the ledger, or undefined before its first entry. */
export async function verifyingKey(place: Place): Promise<KeyObject | undefined> {
  const text = await shelfAt(place).read(PUBLIC_KEY);
  return text === undefined ? undefined : createPublicKey(text);
}
