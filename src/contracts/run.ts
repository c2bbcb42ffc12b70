import type { ArtifactRef, ArtifactRefs } from './artifacts';
import type { Stage } from './stages';

export const RUN_KINDS = ['nightly', 'adhoc', 'backfill', 'replay'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** `held` waits for an approval; `rejected` and `expired` did not get one and are not released. */
export const RUN_STATUSES = ['running', 'held', 'succeeded', 'failed', 'cancelled', 'rejected', 'expired'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** `refit` fits a new model, `score` applies one of before, `auto` decides between them when the run's features are known. */
export const RUN_MODES = ['auto', 'refit', 'score'] as const;
export type RunMode = (typeof RUN_MODES)[number];

/** What a client asks for. The argument of the workflow `refreshPersonas`. */
export interface RefreshRequest {
  readonly project: string;
  readonly environment: string;
  /** Business date YYYY-MM-DD, inclusive, a complete day: the only "now" of the pipeline. */
  readonly asOf: string;
  /** ISO timestamp, or null: rows loaded after it are invisible. */
  readonly knownAt: string | null;
  readonly kind: RunKind;
  readonly scratch: boolean;
  /** 0 unless asked to reprocess: part of the idempotency key. */
  readonly reprocess: number;
  /** Resolved project (config and SQL texts), kind `project.resolved`. */
  readonly resolved: ArtifactRef;
  /** Digest of the resolved project without places (paths, targets): what must agree for two starts to be the same run. */
  readonly configDigest: string;
  /** Folder that relative source paths start from: an observation, never part of a digest. */
  readonly projectDir: string;
  readonly actor: string;
  readonly reason: string;
  /** Set by `retry`: keep this run id and add an attempt. */
  readonly retryOf: string | null;
  /** Absent in requests of before there were modes: `refit`. */
  readonly mode?: RunMode;
  /** For `score`: the release whose model is applied; null or absent: the current one. */
  readonly modelRelease?: number | null;
  /** Wait after the clustering until the starter grants a turn. */
  readonly awaitsTurn?: boolean;
}

/** What a run in `score` mode applies. */
export interface ScoringModel {
  /** The release it is taken from. */
  readonly release: number;
  /** As-of date of the run that fitted it. */
  readonly fittedAsOf: string;
  /** SHA-256 of the stored model. */
  readonly sha256: string;
}

/** What a starter grants that asked a run to wait: which release its personas are matched to, and whether it may become current. */
export interface Turn {
  readonly parentRelease: number | null;
  readonly promote: boolean;
}

/** What every stage activity knows about its run. */
export interface RunContext extends RefreshRequest {
  readonly runId: string;
  readonly attempt: number;
  /** The kernels it was opened with: all of its stages use them. Runs of earlier versions do not say. */
  readonly kernels?: string;
  /** Set where the run scores with a model of before. */
  readonly scoring?: ScoringModel;
  /** Set where a starter granted the run its turn. */
  readonly turn?: Turn;
}

/** The argument of every stage activity: the run, and the outputs of earlier stages it reads, by name. */
export interface StageInput {
  readonly run: RunContext;
  readonly inputs: ArtifactRefs;
}

/** The answer of every stage activity: references and a few small facts. */
export interface StageResult {
  readonly stage: Stage;
  /** Hash of everything the stage depends on; the same key always has the same outputs. */
  readonly key: string;
  readonly outputs: ArtifactRefs;
  readonly rowsIn: number | null;
  readonly rowsOut: number | null;
  /** One line for people, without customer-level values: "541,909 rows in 1 file". */
  readonly summary: string;
  readonly warnings: readonly string[];
  /** Small deterministic facts that later stages or the CLI need (numbers, codes, names). */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly observed: StageObservation;
}

/** What may differ between two runs of the same thing. */
export interface StageObservation {
  readonly reused: boolean;
  readonly ms: number;
  readonly attempt: number;
  readonly startedAt: string;
}

/** One line of live progress, as the query `progress` answers it. */
export interface StageProgress {
  readonly stage: Stage;
  readonly status: 'waiting' | 'running' | 'done' | 'failed';
  readonly result: StageResult | null;
}

export interface RunProgress {
  readonly runId: string | null;
  /** The workflow that keeps the history of this run after it closed. */
  readonly archiveId: string | null;
  readonly status: RunStatus;
  readonly stages: readonly StageProgress[];
}

/** The result of the workflow. */
export interface RefreshSummary {
  readonly runId: string;
  readonly digest: string;
  readonly resultDigest: string;
  readonly manifest: ArtifactRef;
  /** Release number, or null for a scratch run. */
  readonly release: number | null;
  /** How many personas. */
  readonly personas: number;
  /**
   * `published`: a new release; `unchanged`: the same release was there; `superseded`: committed, not promoted, for a later day is current;
   * `committed`: not promoted because that was not asked for; `scratch`.
   */
  readonly outcome: 'published' | 'unchanged' | 'superseded' | 'committed' | 'scratch';
  readonly stages: readonly StageResult[];
}
