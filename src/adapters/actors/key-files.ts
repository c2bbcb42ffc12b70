import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { errnoOf } from '../artifacts/files';

const OTHERS_MAY = 0o077;

/**
 * Where an actor's private key lies unless a file is named: outside of every store.
 * The key's id is in the name, so keys of several stores do not meet.
 */
export function defaultKeyFile(name: string, keyId: string, env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'dramatis', 'actors', `${name}-${keyId}.pem`);
}

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/**
 * Write a private key (PKCS 8, PEM, mode 0600) where there is no file yet.
 *
 * @throws PipelineError `STORE_UNUSABLE` where there is one, or inside of the store: the private half never lies there.
 */
export async function writeKeyFile(path: string, key: KeyObject, home: string): Promise<void> {
  if (resolve(path).startsWith(`${resolve(home)}/`))
    throw new PipelineError('CONFIG_INVALID', `${path} lies in the store, where others look on: keep the private key elsewhere (--out)`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new PipelineError('CONFIG_INVALID', `${path} is there already: name another file with --out`, {}, { cause: error });
  }
}

/** @throws PipelineError `ACTOR_KEY_MISSING`, `KEY_INSECURE` where others may read it, `ACTOR_KEY_INVALID` where it is no ed25519 key. */
export async function readKeyFile(path: string): Promise<KeyObject> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PipelineError(
      'ACTOR_KEY_MISSING',
      `the private key ${path} cannot be read: name the file with --key or DRAMATIS_ACTOR_KEY`,
      { path },
      { cause: error },
    );
  });
  const { mode } = await stat(path);
  if ((mode & OTHERS_MAY) !== 0)
    throw new PipelineError('KEY_INSECURE', `${path} can be read by others: chmod 600 it, and rotate the key if others had access`, {
      mode: (mode & 0o777).toString(8),
    });
  return ed25519(path, () => createPrivateKey(text));
}

/** A public key that its owner made elsewhere (PEM). */
export async function readPublicKeyFile(path: string): Promise<KeyObject> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PipelineError('ACTOR_KEY_MISSING', `the public key ${path} cannot be read`, { path }, { cause: error });
  });
  return ed25519(path, () => createPublicKey(text));
}

function ed25519(path: string, parse: () => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = parse();
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new PipelineError('ACTOR_KEY_INVALID', `${path} holds no ed25519 key in PEM`, { path });
}
