import type { RefreshRequest, RefreshSummary } from './run';

/** Which days that have a run are run again: none of them, those that failed, those too that are done. */
export const REPROCESS = ['none', 'failed', 'completed'] as const;
export type Reprocess = (typeof REPROCESS)[number];

/** The argument of the workflow `backfill`: a range of days, and what is asked of each. */
export interface BackfillRequest {
  /** First and last as-of date, both inclusive. */
  readonly from: string;
  readonly to: string;
  /** `1d`, `1w`, `1mo`. */
  readonly every: string;
  readonly reprocess: Reprocess;
  /** Days that are open at a time. */
  readonly lanes: number;
  /** Make the release of the last day current, if none of a later day is. */
  readonly promote: boolean;
  readonly refresh: Omit<RefreshRequest, 'asOf' | 'reprocess' | 'retryOf' | 'awaitsTurn'>;
}

/** One day of the plan. */
export interface BackfillDay {
  readonly asOf: string;
  readonly action: 'run' | 'skip';
  /** For people. */
  readonly because: string;
  /** Of a day that is left alone: its release, which the next day is matched to. */
  readonly release: number | null;
  readonly reprocess: number;
  /** The run that this one is another attempt of. */
  readonly retryOf: string | null;
}

export interface BackfillPlan {
  readonly days: readonly BackfillDay[];
  /** The newest release of an as-of date before the first: what the first day is matched to. */
  readonly firstParent: number | null;
}

/** How a day ended. */
export interface BackfillOutcome {
  readonly asOf: string;
  readonly outcome: RefreshSummary['outcome'] | 'skipped' | 'failed' | 'cancelled';
  readonly runId: string | null;
  readonly release: number | null;
  readonly digest: string | null;
  readonly resultDigest: string | null;
  /** Code of what stopped it. */
  readonly code: string | null;
}

export const BACKFILL_STATUSES = ['running', 'paused', 'done', 'incomplete', 'cancelled'] as const;
export type BackfillStatus = (typeof BACKFILL_STATUSES)[number];

/** The answer of the query `backfill`, and the result of the workflow. */
export interface BackfillProgress {
  /** `incomplete`: some days failed, or it stopped because several in a row did. */
  readonly status: BackfillStatus;
  /** Days of the plan, those left alone included. */
  readonly days: number;
  /** In as-of order. */
  readonly done: readonly BackfillOutcome[];
  /** As-of dates under way. */
  readonly open: readonly string[];
  /** Why it stopped before its end. */
  readonly because: string | null;
}

/** What people may do to a backfill that runs. */
export interface BackfillControl {
  readonly action: 'pause' | 'resume' | 'cancel';
  readonly actor: string;
  readonly reason: string;
}

/** What a backfill goes on with in its next run: a long one is several, so that no history grows without end. */
export interface BackfillState {
  readonly plan: BackfillPlan;
  readonly next: number;
  readonly parent: number | null;
  readonly done: readonly BackfillOutcome[];
  readonly paused: boolean;
  readonly failedInRow: number;
}

/** What a start puts into the memo, so that another start can tell whether it asks for the same. */
export const backfillMemo = ({ every, reprocess, promote, refresh }: BackfillRequest): Readonly<Record<string, unknown>> => ({
  every,
  reprocess,
  promote,
  configDigest: refresh.configDigest,
  knownAt: refresh.knownAt ?? '',
  mode: refresh.mode ?? 'refit',
  modelRelease: refresh.modelRelease ?? 0,
});
