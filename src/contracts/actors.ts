/** What a person or a service may do; each actor has one. */
export const ROLES = ['engineer', 'analyst', 'approver', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** Everything that changes something: all of it asks the one table of `core/actors/permissions.ts`. */
export const ACTIONS = [
  'start',
  'backfill',
  'schedule',
  'pause',
  'cancel',
  'approve',
  'reject',
  'rollback',
  'access',
  'erase',
  'gc',
  'hold',
  'people',
] as const;
export type Action = (typeof ACTIONS)[number];

/** A public key and when it counts. Times are ISO timestamps; `to` is exclusive, null: no end. */
export interface KeySpan {
  /** First 16 hex digits of the SHA-256 of the public key. */
  readonly keyId: string;
  /** ed25519, SPKI in DER, base64. */
  readonly publicKey: string;
  readonly from: string;
  readonly to: string | null;
}

interface Change {
  readonly purpose: 'dramatis/actor/1';
  readonly name: string;
  /** When it takes effect: also the time of the ledger entry. */
  readonly at: string;
  readonly reason: string;
}

/** What is signed when people change. */
export type ActorChange =
  | (Change & { readonly change: 'added'; readonly role: Role; readonly key: KeySpan })
  | (Change & { readonly change: 'rotated'; readonly key: KeySpan })
  | (Change & { readonly change: 'revoked' });

/** Body of the ledger entries `actor.added`, `actor.rotated` and `actor.revoked`. */
export interface SignedChange {
  readonly statement: ActorChange;
  readonly signedBy: { readonly name: string; readonly keyId: string };
  /** ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string;
  /** The first actor of a store, who signed for itself. */
  readonly bootstrap: boolean;
}
