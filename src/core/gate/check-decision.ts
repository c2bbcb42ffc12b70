import type { SignedDecision } from '../../contracts/gate';
import { PipelineError } from '../../contracts/errors';
import { counts, isSignedBy, liveKey, refusalOf, type Registry } from '../actors';

/** What a decision is held against: the run as its workflow knows it, and the time. */
export interface DecisionContext {
  readonly registry: Registry;
  readonly runId: string;
  /** Who started the run. */
  readonly starter: string;
  /** Digest of the manifest that waits; null where none does. */
  readonly heldDigest: string | null;
  readonly asked: 'approve' | 'reject';
  /** ISO timestamp: the clock of the one who checks. */
  readonly now: string;
}

/** How far the clock of an approver may be ahead. */
const AHEAD_MS = 5 * 60_000;

/**
 * Why a decision does not count; undefined where it does. The key must count now and when the decision was signed, the signature must be
 * the actor's own over exactly this run, digest and decision, the role must allow it, and who started the run has no say.
 */
export function objectionTo({ statement, keyId, signature }: SignedDecision, context: DecisionContext): PipelineError | undefined {
  const { registry, runId, starter, heldDigest, asked, now } = context;
  const { actor: name, at } = statement;
  const details = { run: runId, actor: name, keyId };
  const actor = registry.actors.get(name);
  if (!actor)
    return new PipelineError(
      'ACTOR_UNKNOWN',
      `${name} is no actor of this store: only a registered approver can decide; "dramatis actor add ${name} --role approver"`,
      details,
    );
  const key = liveKey(actor, keyId, at);
  if (!key || !counts(actor, key, now))
    return new PipelineError(
      'ACTOR_KEY_INVALID',
      `the key ${keyId} of ${name} does not count: it has expired, was rotated or revoked, or was never ${name}'s`,
      details,
    );
  if (
    !isSignedBy(statement, signature, key.publicKey) ||
    statement.run !== runId ||
    statement.decision !== asked ||
    Date.parse(at) > Date.parse(now) + AHEAD_MS
  )
    return new PipelineError('SIGNATURE_INVALID', `the signature of ${name} does not fit this run and this decision: sign again`, details);
  const refusal = refusalOf(registry, { action: asked, actor: name, at: now });
  if (refusal) return refusal;
  if (name === starter) return new PipelineError('SELF_APPROVAL', `${name} started ${runId} and cannot ${asked} it: another approver must`, details);
  if (heldDigest === null) return new PipelineError('NOT_HELD', `${runId} does not wait for an approval`, details);
  if (statement.digest !== heldDigest)
    return new PipelineError(
      'DIGEST_DIFFERS',
      `${name} signed the digest ${statement.digest}, held is ${heldDigest}: look at the report as it is now and sign again`,
      {
        ...details,
        held: heldDigest,
      },
    );
  return undefined;
}
