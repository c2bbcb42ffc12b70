import { createHash } from 'node:crypto';
import { canonicalJson } from '../audit/canonical-json';

/** RFC 4648 base32 in lower case. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const SHORTEST = 8;

/** Where and when a persona was born: what its key is made of. */
export interface Birth {
  readonly project: string;
  readonly asOf: string;
  /** SHA-256 of the artifact `clustering.model`. */
  readonly modelDigest: string;
  /** Canonical label of its cluster in that model. */
  readonly cluster: number;
}

/**
 * Key of a new persona: `psn_` and the first 8 base32 characters of SHA-256 over the canonical JSON of its birth, lengthened by one
 * character at a time while that key was issued before.
 *
 * @param issued Every key ever issued on this line of releases, retired ones included.
 */
export function issueKey(birth: Birth, issued: ReadonlySet<string>): string {
  const { project, asOf, modelDigest, cluster } = birth;
  const code = base32(createHash('sha256').update(canonicalJson([project, asOf, modelDigest, cluster])).digest());
  for (let length = SHORTEST; length <= code.length; length++) {
    const key = `psn_${code.slice(0, length)}`;
    if (!issued.has(key)) return key;
  }
  return issueKey({ ...birth, modelDigest: code }, issued);
}

/** Five bits per character, most significant first, no padding; a last group of fewer bits is filled with zeros. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}
