import { counts, isSignedBy, mayDo, registryOf } from '../actors';

/** What is signed when a customer is erased. No word of whom: the objects say where, the keyed list in the vault says who. */
export interface ErasureStatement {
  readonly purpose: 'dramatis/erasure/1';
  readonly project: string;
  readonly environment: string;
  /** SHA-256 of each object that held the customer, and of the one that stands for it. */
  readonly objects: readonly { readonly old: string; readonly new: string }[];
  readonly actor: string;
  readonly reason: string;
  /** ISO timestamp: also the time of the ledger entry. */
  readonly at: string;
}

/** Body of the ledger entry `erasure`. Unsigned only in a store without actors. */
export interface SignedErasure {
  readonly statement: ErasureStatement;
  readonly keyId: string | null;
  /** ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string | null;
}

export interface Erasures {
  /** Old object → the one that stands for it, and the ledger entry that says so. */
  readonly objects: ReadonlyMap<string, { readonly new: string; readonly entry: number }>;
  /** Entries that do not count: not signed by somebody who could erase at that time. */
  readonly refused: readonly { readonly seq: number; readonly problem: string }[];
}

type Entry = Readonly<Record<string, unknown>>;

/** @param before The ledger up to the entry: who could erase then. */
function problemOf({ at, body }: Entry, before: readonly Entry[]): string | undefined {
  const { statement, keyId, signature } = body as SignedErasure;
  if (statement.purpose !== 'dramatis/erasure/1' || statement.at !== at) return 'the entry says something else than what is signed';
  const { actors } = registryOf(before);
  if (actors.size === 0) return undefined;
  const actor = actors.get(statement.actor);
  if (!actor || !mayDo(actor.role, 'erase')) return `${statement.actor} could not erase`;
  const key = actor.keys.find((span) => span.keyId === keyId);
  if (!key || !counts(actor, key, statement.at)) return `the key ${keyId} of ${actor.name} did not count`;
  return signature !== null && isSignedBy(statement, signature, key.publicKey) ? undefined : 'its signature does not fit its content';
}

/**
 * Every erasure of a store, each signature checked with the keys of its time. What verification holds the store against: an object that is
 * missing and stands here is `erased-by-record`, any other is lost.
 *
 * @param entries The whole ledger, in order.
 */
export function erasuresIn(entries: readonly Entry[]): Erasures {
  const objects = new Map<string, { readonly new: string; readonly entry: number }>();
  const refused: { seq: number; problem: string }[] = [];
  for (const [i, entry] of entries.entries()) {
    if (entry.type !== 'erasure') continue;
    const problem = problemOf(entry, entries.slice(0, i));
    if (problem !== undefined) refused.push({ seq: Number(entry.seq), problem });
    else
      for (const { old, new: next } of (entry.body as unknown as SignedErasure).statement.objects)
        objects.set(old, { new: next, entry: Number(entry.seq) });
  }
  return { objects, refused };
}
