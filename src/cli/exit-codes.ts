import type { ErrorCode } from '../contracts/errors';

/** Exit codes of every command; listed in docs/cli.md and in `dramatis --help`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  qualityGate: 3,
  notFound: 4,
  inProgress: 5,
  superseded: 6,
  held: 7,
  refused: 8,
  interrupted: 130,
} as const;

/** What `dramatis --help` says about each code. */
const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  failed: 'failed',
  usage: 'usage or config',
  qualityGate: 'quality gate',
  notFound: 'not found',
  inProgress: 'another run is open',
  superseded: 'committed, not promoted',
  held: 'waits for an approval, or did not get one',
  refused: 'not allowed to this actor',
  interrupted: 'interrupted',
};

export const EXIT_HELP = `Exit codes: ${Object.entries(MEANING)
  .map(([name, meaning]) => `${EXIT[name as keyof typeof EXIT]} ${meaning}`)
  .join(' · ')}`;

const BY_ERROR: Partial<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.usage,
  CONFIG_NOT_FOUND: EXIT.usage,
  SQL_REFUSED: EXIT.usage,
  KEY_MISSING: EXIT.usage,
  KEY_INSECURE: EXIT.usage,
  SECRET_MISSING: EXIT.usage,
  STORE_SHARED: EXIT.usage,
  QUALITY_GATE_FAILED: EXIT.qualityGate,
  RUN_NOT_FOUND: EXIT.notFound,
  SCHEDULE_NOT_FOUND: EXIT.notFound,
  BACKFILL_NOT_FOUND: EXIT.notFound,
  RELEASE_NOT_FOUND: EXIT.notFound,
  CUSTOMER_NOT_FOUND: EXIT.notFound,
  PERSONA_NOT_FOUND: EXIT.notFound,
  EXAMPLE_DATA_MISSING: EXIT.notFound,
  SOURCE_NOT_FOUND: EXIT.notFound,
  NOT_RETRYABLE: EXIT.usage,
  RUN_IN_PROGRESS: EXIT.inProgress,
  RELEASE_HELD: EXIT.held,
  RELEASE_REJECTED: EXIT.held,
  APPROVAL_EXPIRED: EXIT.held,
  APPROVAL_MISSING: EXIT.held,
  ACTOR_UNKNOWN: EXIT.refused,
  ACTOR_FORBIDDEN: EXIT.refused,
  ACTOR_KEY_MISSING: EXIT.refused,
  ACTOR_KEY_INVALID: EXIT.refused,
  ACTOR_CHANGE_REFUSED: EXIT.refused,
  SIGNATURE_INVALID: EXIT.refused,
  SELF_APPROVAL: EXIT.refused,
  DIGEST_DIFFERS: EXIT.refused,
  NOT_HELD: EXIT.refused,
  NOT_CONFIRMED: EXIT.usage,
  CANCELLED: EXIT.interrupted,
};

export const exitCodeOf = (code: string): number => BY_ERROR[code as ErrorCode] ?? EXIT.failed;
