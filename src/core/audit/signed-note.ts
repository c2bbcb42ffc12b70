import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { PipelineError } from '../../contracts/errors';

/** Byte that says in a note which kind of key signed it. */
const ED25519 = Buffer.of(1);

/** The 32 bytes of an ed25519 public key: the end of its SPKI form. */
const rawOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-32);

/** SPKI form of an ed25519 key up to its 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** The first four bytes of SHA-256(name, line feed, 1, public key): what tells keys of the same name apart. */
const keyHash = (name: string, key: KeyObject): Buffer =>
  createHash('sha256')
    .update(`${name}\n`)
    .update(ED25519)
    .update(rawOf(key))
    .digest()
    .subarray(0, 4);

/** Somebody who verifies: a name without blanks or `+`, and an ed25519 public key. */
export interface NoteVerifier {
  readonly name: string;
  readonly key: KeyObject;
}

const isName = (name: string): boolean => name !== '' && !/[\s+]/.test(name);

/** `name+hash+key`, as verifiers of signed notes are written down: 8 hex digits and base64. */
export const verifierText = ({ name, key }: NoteVerifier): string =>
  `${name}+${keyHash(name, key).toString('hex')}+${Buffer.concat([ED25519, rawOf(key)]).toString('base64')}`;

/** Read `name+hash+key`; undefined where it is none, or the hash is not that of name and key. */
export function parseVerifier(text: string): NoteVerifier | undefined {
  const [, name, hash, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  if (name === undefined || hash === undefined || base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519[0]) return undefined;
  const key = createPublicKey({ key: Buffer.concat([SPKI, bytes.subarray(1)]), format: 'der', type: 'spki' });
  return keyHash(name, key).toString('hex') === hash ? { name, key } : undefined;
}

/**
 * Sign a text as a note: the text, an empty line, and `— name base64(key hash, ed25519 signature)`.
 *
 * @param text Ends with a line feed, and has no empty line at its end.
 * @throws PipelineError `CONFIG_INVALID` for a name with blanks or `+`, or a text of another shape.
 * @see C2SP signed-note; the same as Go's sumdb/note.
 */
export function signNote(text: string, name: string, privateKey: KeyObject): string {
  if (!isName(name) || !text.endsWith('\n') || text.endsWith('\n\n'))
    throw new PipelineError('CONFIG_INVALID', `this cannot be signed as a note by "${name}"`, { name });
  const signature = sign(null, Buffer.from(text), privateKey);
  const bytes = Buffer.concat([keyHash(name, createPublicKey(privateKey)), signature]);
  return `${text}\n— ${name} ${bytes.toString('base64')}\n`;
}

/**
 * The text of a note that the verifier signed; signatures of others are passed over.
 *
 * @returns undefined where it is no note, lacks a signature of this key, or has one that does not fit.
 */
export function openNote(note: string, { name, key }: NoteVerifier): string | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const hash = keyHash(name, key);
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, by, base64] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    if (by === undefined || base64 === undefined) return undefined;
    const bytes = Buffer.from(base64, 'base64');
    // Base64 has spare bits: two texts may stand for the same signature.
    if (by !== name || !bytes.subarray(0, 4).equals(hash) || bytes.toString('base64') !== base64) continue;
    if (verify(null, Buffer.from(text), key, bytes.subarray(4))) return text;
    return undefined;
  }
  return undefined;
}
