import type { Algorithm } from './algorithms';
import type { ArtifactRefs } from './artifacts';
import type { Approval, GateVerdict, SignedDecision } from './gate';
import type { RefreshRequest, RefreshSummary, RunContext, RunStatus, StageInput, StageResult } from './run';
import type { Stage } from './stages';

export interface OpenRunInput {
  readonly request: RefreshRequest;
  readonly workflowId: string;
  readonly temporalRunId: string;
}

export interface OpenedRun {
  readonly run: RunContext;
  /** The algorithms that compete in the selection, one activity each. */
  readonly algorithms: readonly Algorithm[];
  /** Whether the hold-out in time is asked for. */
  readonly holdout: boolean;
  /** Whether the release has to pass the gate; absent where the project has none. */
  readonly gate?: true;
  readonly startedAt: string;
}

export interface ResolveParentInput {
  readonly run: RunContext;
  readonly stages: readonly StageResult[];
}

export interface ResolvedParent {
  readonly parentRelease: number | null;
  /** `parent.memberships` and `parent.personas`, or nothing for a first release. */
  readonly artifacts: ArtifactRefs;
}

export interface PublishInput {
  readonly run: RunContext;
  readonly stages: readonly StageResult[];
  readonly parentRelease: number | null;
  readonly temporal: { readonly workflowId: string; readonly runId: string };
  readonly startedAt: string;
  /** Given where the project has a gate: who or what let this very manifest through. */
  readonly approval?: Approval;
}

export interface CheckDecisionInput {
  readonly run: RunContext;
  /** Digest of the manifest that waits; null where none does. */
  readonly heldDigest: string | null;
  readonly asked: 'approve' | 'reject';
  readonly signed: SignedDecision;
}

export interface OutcomeInput {
  readonly run: RunContext;
  readonly status: RunStatus;
  readonly stage: Stage | null;
  readonly stages: readonly StageResult[];
  /** `details` are small and without customer-level values: counts, names, references. */
  readonly failure: { readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> } | null;
}

export interface ArchiveInput {
  readonly runId: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
}

export interface ContendInput extends StageInput {
  readonly algorithm: Algorithm;
}

type StageActivity = (input: StageInput) => Promise<StageResult>;

/** Every activity, as workflows see them. */
export interface Activities {
  openRun(input: OpenRunInput): Promise<OpenedRun>;
  extract: StageActivity;
  quality: StageActivity;
  clean: StageActivity;
  features: StageActivity;
  prepare: StageActivity;
  /** What one algorithm has to offer: a part of the stage selection. */
  contend(input: ContendInput): Promise<StageResult>;
  selection: StageActivity;
  clustering: StageActivity;
  /** Whether the personas last: a part of the stage clustering, after the rest of it. */
  holdout: StageActivity;
  personas: StageActivity;
  report: StageActivity;
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  /** Keeps the manifest and says whether the release may go on by itself. */
  weighRelease(input: PublishInput): Promise<GateVerdict>;
  checkDecision(input: CheckDecisionInput): Promise<Approval>;
  publishRelease(input: PublishInput): Promise<RefreshSummary>;
  recordOutcome(input: OutcomeInput): Promise<void>;
  /** Null while the run is still open. */
  archiveHistory(input: ArchiveInput): Promise<{ readonly sha256: string; readonly events: number } | null>;
}
