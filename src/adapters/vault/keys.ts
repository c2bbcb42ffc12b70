import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ProjectConfig } from '../../config/project';
import { PipelineError } from '../../contracts/errors';

const KEY_BYTES = 32;
const OTHERS_MAY = 0o077;

/** The keys derived from one project key; the project key itself is not kept. */
export interface VaultKeys {
  /** First 16 hex digits of the SHA-256 of a derived public value: names the key, tells nothing of it. */
  readonly keyId: string;
  readonly pseudonyms: Buffer;
  readonly encryption: Buffer;
  /** For the names of stored files. */
  readonly names: Buffer;
  /** For the list of who was erased. */
  readonly erased: Buffer;
}

function readKeyFile(path: string): string {
  let mode: number;
  let text: string;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, 'utf8');
  } catch {
    throw new PipelineError(
      'KEY_MISSING',
      `the key file ${basename(path)} of privacy.projectKey cannot be read; make one with 64 random hex digits and mode 0600`,
    );
  }
  if ((mode & OTHERS_MAY) !== 0 && !basename(path).includes('demo')) {
    throw new PipelineError(
      'KEY_INSECURE',
      `the key file ${basename(path)} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 it, and make a new key if others had access`,
    );
  }
  return text.trim();
}

/**
 * Find the project key: the environment variable if it is set, else the file.
 *
 * @throws PipelineError `KEY_MISSING`; `KEY_INSECURE` where it is not 64 hex digits, is one digit repeated, or others may read the file.
 */
export function readProjectKey(
  source: ProjectConfig['privacy']['projectKey'],
  projectDir: string,
  env: NodeJS.ProcessEnv,
): Buffer {
  const given = source.env === undefined ? undefined : env[source.env];
  const text =
    given !== undefined && given !== ''
      ? given.trim()
      : source.file === undefined
        ? undefined
        : readKeyFile(resolve(projectDir, source.file));
  if (text === undefined)
    throw new PipelineError(
      'KEY_MISSING',
      `set the environment variable ${source.env ?? ''} to the project key (64 hex digits), or name a key file in privacy.projectKey.file`,
    );
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new PipelineError(
      'KEY_INSECURE',
      'the project key is not 64 hex digits: make one with "openssl rand -hex 32"',
    );
  if (/^(.)\1*$/.test(text))
    throw new PipelineError(
      'KEY_INSECURE',
      'the project key is one digit repeated: make one with "openssl rand -hex 32"',
    );
  return Buffer.from(text, 'hex');
}

/** Independent keys for each use. HKDF-SHA-256, RFC 5869. */
export function deriveKeys(projectKey: Buffer): VaultKeys {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', projectKey, '', `dramatis/v1/${use}`, KEY_BYTES));
  return {
    keyId: createHash('sha256').update(derive('key id')).digest('hex').slice(0, 16),
    pseudonyms: derive('pseudonyms'),
    encryption: derive('encryption'),
    names: derive('names'),
    erased: derive('erased'),
  };
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const PSEUDONYM_LENGTH = 26;

/** The first `length` base32 digits (RFC 4648, lower case) of some bytes. */
function base32(bytes: Uint8Array, length: number): string {
  let [text, buffer, bits] = ['', 0, 0];
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5 && text.length < length; bits -= 5) text += BASE32.charAt((buffer >> (bits - 5)) & 31);
  }
  return text;
}

/** `c_` and 26 base32 digits (130 bits) of HMAC-SHA-256 of the id. */
export function pseudonymOf(key: Buffer, customerId: string): string {
  return `c_${base32(createHmac('sha256', key).update(customerId, 'utf8').digest(), PSEUDONYM_LENGTH)}`;
}
