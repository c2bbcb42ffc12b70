/** What a retry can do about an error: nothing (`permanent`), or perhaps everything (`transient`). */
export type ErrorClass = 'permanent' | 'transient';

/** Every error code of the pipeline. `docs/errors.md` has one entry per code; a test keeps both equal. */
export const ERROR_CODES = {
  // config and project
  CONFIG_INVALID: 'permanent',
  CONFIG_NOT_FOUND: 'permanent',
  SQL_REFUSED: 'permanent',
  KEY_MISSING: 'permanent',
  KEY_INSECURE: 'permanent',
  // data in
  SOURCE_NOT_FOUND: 'permanent',
  SOURCE_EMPTY: 'permanent',
  SOURCE_UNREADABLE: 'permanent',
  COLUMN_MISSING: 'permanent',
  COLUMN_TYPE: 'permanent',
  COLUMN_AMBIGUOUS: 'permanent',
  REJECTED_TOO_MANY: 'permanent',
  INPUT_CHANGED: 'transient',
  ROWS_LOST: 'permanent',
  // quality
  QUALITY_GATE_FAILED: 'permanent',
  // statistics
  INSUFFICIENT_DATA: 'permanent',
  NOT_FINITE: 'permanent',
  NO_FEATURES_LEFT: 'permanent',
  NO_ACCEPTABLE_MODEL: 'permanent',
  INDEPENDENT_CHECK_FAILED: 'permanent',
  // runs and releases
  RUN_IN_PROGRESS: 'permanent',
  RUN_NOT_FOUND: 'permanent',
  SCHEDULE_NOT_FOUND: 'permanent',
  BACKFILL_NOT_FOUND: 'permanent',
  BACKFILL_INCOMPLETE: 'permanent',
  NOT_RETRYABLE: 'permanent',
  RELEASE_NOT_FOUND: 'permanent',
  CUSTOMER_NOT_FOUND: 'permanent',
  PERSONA_NOT_FOUND: 'permanent',
  PERSONAS_PINNED: 'permanent',
  EXAMPLE_DATA_MISSING: 'permanent',
  RELEASE_MOVED: 'transient',
  SINK_OCCUPIED: 'permanent',
  SINK_UNREACHABLE: 'transient',
  SINK_REFUSED: 'permanent',
  SINK_UNSAFE: 'permanent',
  SECRET_MISSING: 'permanent',
  ROLLBACK_REFUSED: 'permanent',
  // people and the gate
  ACTOR_UNKNOWN: 'permanent',
  ACTOR_FORBIDDEN: 'permanent',
  ACTOR_KEY_MISSING: 'permanent',
  ACTOR_KEY_INVALID: 'permanent',
  ACTOR_CHANGE_REFUSED: 'permanent',
  SIGNATURE_INVALID: 'permanent',
  SELF_APPROVAL: 'permanent',
  DIGEST_DIFFERS: 'permanent',
  NOT_HELD: 'permanent',
  NOT_CONFIRMED: 'permanent',
  RELEASE_HELD: 'permanent',
  RELEASE_REJECTED: 'permanent',
  APPROVAL_EXPIRED: 'permanent',
  APPROVAL_MISSING: 'permanent',
  // store
  OBJECT_MISSING: 'permanent',
  OBJECT_CORRUPT: 'permanent',
  FORMAT_TOO_NEW: 'permanent',
  VAULT_CORRUPT: 'permanent',
  LEDGER_CORRUPT: 'permanent',
  LEDGER_EMPTY: 'permanent',
  DISK_FULL: 'transient',
  STORE_UNUSABLE: 'permanent',
  STORE_UNREACHABLE: 'transient',
  STORE_SHARED: 'permanent',
  PAYLOAD_TOO_LARGE: 'permanent',
  // machinery
  ENGINE_FAILED: 'transient',
  ENGINE_UNSAFE: 'permanent',
  COMPUTE_FAILED: 'transient',
  KERNELS_MISSING: 'permanent',
  KERNELS_MIXED: 'transient',
  TEMPORAL_UNREACHABLE: 'transient',
  CANCELLED: 'permanent',
} as const satisfies Record<string, ErrorClass>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The one error of the pipeline. The message names the value's place, the rule and the way out, never a customer-level value;
 * `details` are small JSON for machines (counts, column names, candidate numbers).
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
