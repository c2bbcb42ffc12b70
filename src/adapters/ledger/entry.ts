import { sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, digestOf, sha256Hex } from '../../core/audit';
import type { Ledger } from '../../core/ports';
import { keyIdOf } from './keys';

export const LEDGER_FORMAT = 1;

export type LedgerDraft = Parameters<Ledger['append']>[0];

const entry = z.strictObject({
  format: z.literal(LEDGER_FORMAT),
  seq: z.int().min(1),
  /** SHA-256 of the file of the entry before, null for the first. */
  prev: z.string().nullable(),
  type: z.string(),
  actor: z.string(),
  reason: z.string(),
  at: z.string(),
  subject: z.string(),
  body: z.record(z.string(), z.unknown()),
  keyId: z.string(),
  /** ed25519 over the canonical JSON of all the rest, base64. */
  signature: z.string(),
});

export type LedgerEntry = z.infer<typeof entry>;

/** An entry and the SHA-256 of its file. */
export interface StoredEntry {
  readonly entry: LedgerEntry;
  readonly sha256: string;
}

/** What makes two appends the same one: an activity that is tried again adds nothing. */
export const sameness = ({ type, subject, body }: Pick<LedgerDraft, 'type' | 'subject' | 'body'>): string =>
  digestOf({ type, subject, body });

/** The text of the entry after `last`, signed. */
export function writeEntry(
  { type, actor, reason, at, subject, body }: LedgerDraft,
  last: StoredEntry | undefined,
  key: KeyObject,
  keyId: string,
): string {
  const unsigned = {
    format: LEDGER_FORMAT,
    seq: (last?.entry.seq ?? 0) + 1,
    prev: last?.sha256 ?? null,
    type,
    actor,
    reason,
    at,
    subject,
    body,
    keyId,
  };
  const signature = sign(null, Buffer.from(canonicalJson(unsigned)), key).toString('base64');
  return canonicalJson({ ...unsigned, signature });
}

/** Read the text of an entry; undefined where it is damaged. */
export function parseEntry(text: string): StoredEntry | undefined {
  try {
    const { data } = entry.safeParse(JSON.parse(text));
    return data && { entry: data, sha256: sha256Hex(text) };
  } catch {
    return undefined;
  }
}

/** What is wrong with an entry at place `seq` after `before`; undefined where nothing is. Signature checked with `key`. */
export function faultOf(
  text: string,
  seq: number,
  before: StoredEntry | undefined,
  key: KeyObject,
): string | undefined {
  const stored = parseEntry(text);
  if (stored === undefined) return 'cannot be read';
  const { signature, ...unsigned } = stored.entry;
  if (stored.entry.seq !== seq) return `says it is entry ${stored.entry.seq}`;
  if (stored.entry.prev !== (before?.sha256 ?? null)) return 'does not fit the entry before it';
  if (canonicalJson(stored.entry) !== text) return 'is not written canonically';
  if (stored.entry.keyId !== keyIdOf(key)) return 'was signed with another key';
  const bytes = Buffer.from(signature, 'base64');
  // Base64 has spare bits: two texts may stand for the same signature.
  if (bytes.toString('base64') !== signature || !verify(null, Buffer.from(canonicalJson(unsigned)), key, bytes))
    return 'has a signature that does not fit its content';
  return undefined;
}
