import { Registrar, statementObjection, type Registry } from '../actors';

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

/** @param registry Who could erase then. */
function problemOf({ at, body }: Entry, registry: Registry): string | undefined {
  const signed = body as SignedErasure;
  const { statement } = signed;
  if (statement.purpose !== 'dramatis/erasure/1' || statement.at !== at) return 'the entry says something else than what is signed';
  return registry.actors.size === 0 ? undefined : statementObjection(registry, 'erase', signed);
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
  const registrar = new Registrar();
  for (const entry of entries) {
    registrar.take(entry);
    if (entry.type !== 'erasure') continue;
    const problem = problemOf(entry, registrar);
    if (problem !== undefined) refused.push({ seq: Number(entry.seq), problem });
    else
      for (const { old, new: next } of (entry.body as unknown as SignedErasure).statement.objects)
        objects.set(old, { new: next, entry: Number(entry.seq) });
  }
  return { objects, refused };
}
