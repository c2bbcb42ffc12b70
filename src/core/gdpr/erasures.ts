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

/** Old object → the one that stands for it, with the number of the ledger entry that says so. What verification holds the store against. */
export function erasuresIn(entries: readonly Readonly<Record<string, unknown>>[]): ReadonlyMap<string, { readonly new: string; readonly entry: number }> {
  const known = new Map<string, { readonly new: string; readonly entry: number }>();
  for (const { type, seq, body } of entries) {
    if (type !== 'erasure') continue;
    for (const { old, new: next } of (body as SignedErasure).statement.objects) known.set(old, { new: next, entry: Number(seq) });
  }
  return known;
}
