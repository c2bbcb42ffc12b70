/** What is signed when an earlier release is brought back. */
export interface RollbackStatement {
  readonly purpose: 'dramatis/rollback/1';
  readonly project: string;
  readonly environment: string;
  /** The release that was current. */
  readonly from: number;
  /** The release whose artifacts come back. */
  readonly to: number;
  readonly actor: string;
  readonly reason: string;
  /** ISO timestamp: also the time of the commit and of its ledger entries. */
  readonly at: string;
}

/** Stands in the commit and in the ledger, where there are actors. */
export interface SignedRollback {
  readonly statement: RollbackStatement;
  readonly keyId: string;
  /** ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string;
}

const FIELDS = ['purpose', 'project', 'environment', 'from', 'to', 'actor', 'reason', 'at'];

/** Whether a value has the form of a signed rollback, and nothing else; whether it counts is another matter. */
export function isSignedRollback(value: unknown): value is SignedRollback {
  const { statement, keyId, signature } = (value ?? {}) as Partial<SignedRollback>;
  if (typeof keyId !== 'string' || typeof signature !== 'string' || typeof statement !== 'object' || statement === null) return false;
  return statement.purpose === 'dramatis/rollback/1' && Object.keys(statement).length === FIELDS.length && FIELDS.every((name) => name in statement);
}
