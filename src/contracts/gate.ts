import type { ArtifactRef } from './artifacts';

/** Why a release waits: the rule, a sentence without customer-level values, and the numbers it rests on. */
export interface HoldReason {
  readonly rule: 'gate/size-jump' | 'gate/customers' | 'gate/births' | 'gate/deaths' | 'gate/drift' | 'gate/warnings' | 'gate/challenger';
  readonly message: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Rules that release by themselves; their names stand where an approver's would. */
export const AUTOMATIC_RULES = ['gate/off', 'gate/first-release', 'gate/already-released', 'gate/backfill', 'gate/within-limits'] as const;
export type AutomaticRule = (typeof AUTOMATIC_RULES)[number];

/** What the gate says of a release that is ready. `reasons` may be there although it is open: those of a backfill are only written down. */
export interface GateVerdict {
  readonly decision: 'open' | 'hold';
  /** Null where an approver decides. */
  readonly rule: AutomaticRule | null;
  readonly reasons: readonly HoldReason[];
  /** Digest of the manifest: what is approved. */
  readonly digest: string;
  readonly timeoutHours: number;
}

/** A release that waits, as it stands in the run's record. */
export interface HeldRelease {
  readonly digest: string;
  readonly manifest: ArtifactRef;
  readonly report: ArtifactRef | null;
  readonly reasons: readonly HoldReason[];
  readonly since: string;
  readonly until: string;
}

/** What an approver signs. */
export interface Decision {
  readonly purpose: 'dramatis/decision/1';
  readonly run: string;
  /** Digest of the manifest that the approver looked at. */
  readonly digest: string;
  readonly decision: 'approve' | 'reject';
  readonly actor: string;
  readonly reason: string;
  /** ISO timestamp. */
  readonly at: string;
}

/** The argument of the updates `approve` and `reject`. */
export interface SignedDecision {
  readonly statement: Decision;
  readonly keyId: string;
  /** ed25519 over the canonical JSON of the statement, base64. */
  readonly signature: string;
}

/** Who let a release through: an approver with a signature, or a rule. Stands in the commit and in the ledger. */
export interface Approval {
  readonly approver: string;
  readonly digest: string;
  readonly signed: SignedDecision | null;
}

const MAX_TEXT = 2000;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT;

/** Whether a value has the form of a signed decision, and nothing else: whether it counts says an activity, which keeps what it refuses. */
export function isSignedDecision(value: unknown): value is SignedDecision {
  const { statement, keyId, signature } = (value ?? {}) as Partial<SignedDecision>;
  if (!isText(keyId) || !isText(signature) || typeof statement !== 'object' || statement === null) return false;
  const { purpose, run, digest, decision, actor, reason, at } = statement as Partial<Decision>;
  if (Object.keys(statement).length !== 7 || purpose !== 'dramatis/decision/1') return false;
  return [run, digest, actor, reason, at].every(isText) && (decision === 'approve' || decision === 'reject');
}
