import type { Algorithm } from './algorithms';
import type { ArtifactRefs } from './artifacts';
import type { BackfillPlan, BackfillRequest } from './backfill';
import type { Approval, GateVerdict, SignedDecision } from './gate';
import type { RefreshRequest, RefreshSummary, RunContext, RunStatus, ScoringModel, StageInput, StageResult } from './run';
import type { NightlySchedule } from './schedule';
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
  /** What a run in `score` mode applied, by `model.<output>`. */
  readonly model?: ArtifactRefs;
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

export interface FindChampionInput {
  readonly run: RunContext;
}

export interface DecideModeInput {
  readonly run: RunContext;
  /** Up to the features. */
  readonly stages: readonly StageResult[];
  /** In `auto` mode: today against the model that could be applied; null or absent where there is none. */
  readonly drift?: StageResult | null;
}

/** How a run gets its model, and why. */
export type ModeDecision =
  | {
      readonly mode: 'refit';
      readonly because: string;
      /** The model that the new one has to win against; absent where there is none, or where it cannot be applied or was not to be. */
      readonly against?: Rival;
    }
  | {
      readonly mode: 'score';
      readonly because: string;
      readonly scoring: ScoringModel;
      /** What belongs to the model, by `model.<output>`: read by the stages that apply it. */
      readonly artifacts: ArtifactRefs;
    };

/** A model that is applied if the new one does not take over. */
export interface Rival {
  readonly scoring: ScoringModel;
  /** As `model.<output>`. */
  readonly artifacts: ArtifactRefs;
  /** Its release as `parent.<output>`: what the personas of the new model are matched to in the contest. */
  readonly parent: ArtifactRefs;
}

export interface PlanNightInput {
  readonly schedule: NightlySchedule;
  /** The time the schedule names, without jitter; ISO. */
  readonly nominal: string;
}

export interface LookAtRunInput {
  readonly workflowId: string;
  /** The run looked at before; null: the newest. */
  readonly temporalRunId: string | null;
  /** What the one who looks would ask for. */
  readonly request: RefreshRequest;
}

/** A run of the same day that somebody else started. */
export interface OtherRun {
  readonly temporalRunId: string;
  readonly open: boolean;
  /** Workflow id of who started it as a child; null where it is nobody's. */
  readonly parentId: string | null;
  /** In what it differs from what is asked for; see `differences`. */
  readonly differs: readonly string[];
  /** Of a run that ended well. */
  readonly summary: RefreshSummary | null;
}

export interface NoteBackfillInput {
  readonly request: BackfillRequest;
  readonly what: 'paused' | 'resumed' | 'cancelled' | 'finished';
  readonly actor: string;
  readonly reason: string;
  readonly body: Readonly<Record<string, unknown>>;
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
  /** The model that `auto` could apply, as `model.*`; null where there is none. */
  findChampion(input: FindChampionInput): Promise<ArtifactRefs | null>;
  /** How far today is from what that model was fitted to: a part of the stage prepare. */
  drift: StageActivity;
  /** Whether a new model takes over: a part of the stage clustering. */
  challenge: StageActivity;
  /** How the run gets its model: asked for, or decided. */
  decideMode(input: DecideModeInput): Promise<ModeDecision>;
  /** The three stages of the model, where one of before is applied. */
  scorePrepare: StageActivity;
  scoreSelection: StageActivity;
  scoreClustering: StageActivity;
  personas: StageActivity;
  report: StageActivity;
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  /** Keeps the manifest and says whether the release may go on by itself. */
  weighRelease(input: PublishInput): Promise<GateVerdict>;
  checkDecision(input: CheckDecisionInput): Promise<Approval>;
  publishRelease(input: PublishInput): Promise<RefreshSummary>;
  recordOutcome(input: OutcomeInput): Promise<void>;
  /** Null while the run is still open. */
  planNight(input: PlanNightInput): Promise<{ readonly asOf: string }>;
  /** Null where there is no such run. */
  lookAtRun(input: LookAtRunInput): Promise<OtherRun | null>;
  openBackfill(request: BackfillRequest): Promise<BackfillPlan>;
  noteBackfill(input: NoteBackfillInput): Promise<void>;
  archiveHistory(input: ArchiveInput): Promise<{ readonly sha256: string; readonly events: number } | null>;
}
