import type { Hash } from './merkle';

/** Shows, without the log, that a record is part of it. */
export interface InclusionProof {
  /** Of the leaf, from 0. */
  readonly index: number;
  /** Sibling hashes from the leaf up (RFC 6962 §2.1.1). */
  readonly hashes: readonly Hash[];
  /** The record itself; nothing vouches for it but its hash. */
  readonly record: Uint8Array;
  /** Signed note whose tree the leaf is part of. */
  readonly checkpoint: string;
}

/** Shows that the log of a checkpoint grew out of one of `old` entries. */
export interface ConsistencyProof {
  readonly old: number;
  /** RFC 6962 §2.1.2; none where both are of the same size. */
  readonly hashes: readonly Hash[];
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** As many as a tree of 2^63 leaves can need. */
const MAX_HASHES = 63;

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Base64 has spare bits: two texts may stand for the same bytes.
  return bytes.toString('base64') === text ? bytes : undefined;
}

function numberIn(line: string | undefined, name: string): number | undefined {
  const [, digits] = new RegExp(`^${name} (0|[1-9]\\d*)$`).exec(line ?? '') ?? [];
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? Number(digits) : undefined;
}

function hashesIn(texts: readonly string[]): Hash[] | undefined {
  const hashes = texts.map(decoded);
  return texts.length <= MAX_HASHES && hashes.every((hash): hash is Buffer => hash?.length === 32) ? hashes : undefined;
}

/** Lines up to the first empty one, and what comes after it. */
function parted(text: string): { readonly head: readonly string[]; readonly checkpoint: string } | undefined {
  const end = text.indexOf('\n\n');
  return end < 0 ? undefined : { head: text.slice(0, end).split('\n'), checkpoint: text.slice(end + 2) };
}

/** C2SP tlog-proof; the record goes into the line that is free to use, so that the file proves by itself. */
export const inclusionText = ({ index, hashes, record, checkpoint }: InclusionProof): string =>
  `${lines([HEADER, `extra ${base64(record)}`, `index ${index}`, ...hashes.map(base64)])}\n${checkpoint}`;

/** Read a C2SP tlog-proof that has its record; undefined where it is none. */
export function parseInclusion(text: string): InclusionProof | undefined {
  const { head, checkpoint } = parted(text) ?? { head: [], checkpoint: '' };
  const [header, extra = '', place, ...rest] = head;
  const record = extra.startsWith('extra ') ? decoded(extra.slice('extra '.length)) : undefined;
  const [index, hashes] = [numberIn(place, 'index'), hashesIn(rest)];
  if (header !== HEADER || record === undefined || index === undefined || hashes === undefined) return undefined;
  return { index, hashes, record, checkpoint };
}

/** The body with which a log asks a witness (C2SP tlog-witness, `add-checkpoint`): the old size, hashes, the new checkpoint. */
export const consistencyText = ({ old, hashes, checkpoint }: ConsistencyProof): string =>
  `${lines([`old ${old}`, ...hashes.map(base64)])}\n${checkpoint}`;

/** Read a proof of consistency; undefined where it is none. */
export function parseConsistency(text: string): ConsistencyProof | undefined {
  const { head, checkpoint } = parted(text) ?? { head: [], checkpoint: '' };
  const [first, ...rest] = head;
  const [old, hashes] = [numberIn(first, 'old'), hashesIn(rest)];
  return old === undefined || hashes === undefined ? undefined : { old, hashes, checkpoint };
}
