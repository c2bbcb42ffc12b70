import type { Action } from '../../contracts/actors';
import { mayDo } from './permissions';
import { liveKey, type Registry } from './registry';
import { isSignedBy } from './signing';

/** What an actor says and signs; without key and signature only in a store without actors. */
export interface SignedStatement {
  readonly statement: { readonly actor: string; readonly at: string };
  readonly keyId: string | null;
  /** ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string | null;
}

/**
 * What keeps a signed statement from counting; undefined where nothing does. Asked when it is made, and again by who verifies the ledger.
 *
 * @param registry The actors as the ledger has them up to the entry of the statement.
 */
export function statementObjection(
  { actors }: Registry,
  action: Action,
  { statement, keyId, signature }: SignedStatement,
): string | undefined {
  const actor = actors.get(statement.actor);
  if (!actor || !mayDo(actor.role, action)) return `${statement.actor} could not ${action}`;
  const key = liveKey(actor, keyId, statement.at);
  if (!key) return `the key ${keyId} of ${actor.name} did not count`;
  return signature !== null && isSignedBy(statement, signature, key.publicKey) ? undefined : 'its signature does not fit its content';
}
