import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** SHA-256 of bytes, or of the UTF-8 of a text: 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of the canonical JSON of a value. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
