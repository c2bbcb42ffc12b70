import type { ArtifactRef } from './artifacts';
import type { Approval } from './gate';
import type { SignedRollback } from './rollback';
import type { RunKind, ScoringModel, StageResult } from './run';

/** The part of a manifest that two runs of the same thing share, byte for byte. */
export interface ManifestFacts {
  readonly project: string;
  readonly environment: string;
  readonly asOf: string;
  readonly knownAt: string | null;
  readonly mode: 'refit' | 'score';
  /** Of a run in `score` mode: whose model it applied. */
  readonly scoring?: ScoringModel;
  /** Whether the model was fitted on a later as-of date than this one: it knew what that day could not. Set in `score` mode. */
  readonly lookAhead?: boolean;
  readonly inputs: readonly {
    readonly role: string;
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly rows: number;
  }[];
  readonly code: {
    readonly version: string;
    readonly digest: string;
    readonly stages: Readonly<Record<string, string>>;
  };
  readonly engine: Readonly<Record<string, string>>;
  readonly config: { readonly digest: string; readonly resolved: ArtifactRef };
  readonly projectKeyId: string;
  readonly parentRelease: number | null;
  readonly seed: number;
  readonly results: ManifestResults;
}

/** What `resultDigest` covers: decisions with their evidence, and outputs. */
export interface ManifestResults {
  readonly decisions: Readonly<Record<string, unknown>>;
  /** Each artifact by `<stage>.<output>`, with the names of the artifacts it was made from. */
  readonly outputs: readonly { readonly name: string; readonly ref: ArtifactRef; readonly from: readonly string[] }[];
}

export interface ManifestObservations {
  readonly runId: string;
  readonly kind: RunKind;
  readonly attempt: number;
  readonly actor: string;
  readonly reason: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly stages: readonly StageResult[];
  readonly host: Readonly<Record<string, unknown>>;
  readonly temporal: { readonly workflowId: string; readonly runId: string };
}

/** kind `run.manifest` (JSON). */
export interface Manifest {
  readonly format: 1;
  readonly digest: string;
  readonly resultDigest: string;
  readonly idempotencyKey: string;
  readonly facts: ManifestFacts;
  readonly observations: ManifestObservations;
}

/** The commit of a release: `releases/<project>/<env>/<n>.json`, created once, never changed. */
export interface ReleaseCommit {
  readonly format: 1;
  readonly n: number;
  readonly project: string;
  readonly environment: string;
  /** n − 1, or null for the first. */
  readonly previous: number | null;
  /** SHA-256 of the previous commit file, or null. */
  readonly previousSha256: string | null;
  /** The release the personas were matched to. */
  readonly parent: number | null;
  readonly promoted: boolean;
  readonly superseded: boolean;
  /** Set where the model was fitted on a later as-of date. */
  readonly lookAhead?: true;
  /** The release whose artifacts this one brings back; absent where it is no rollback. */
  readonly rollbackOf?: number;
  readonly asOf: string;
  readonly runId: string;
  readonly idempotencyKey: string;
  readonly digest: string;
  readonly resultDigest: string;
  readonly manifest: ArtifactRef;
  /** Everything a reader of the release needs, by `<stage>.<output>`. */
  readonly artifacts: Readonly<Record<string, ArtifactRef>>;
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  /** Who let it through; releases of before there was a gate lack it. */
  readonly approval?: Approval;
  /** Set in a rollback of a store that has actors. */
  readonly signed?: SignedRollback;
}

/** How the members that a target holds differ from those it held before. */
export interface SinkDelta {
  /** The release the target held; null for a first delivery, or where what it held is no longer known: then all were sent. */
  readonly base: number | null;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** What a sink left behind: derived bytes, so the digest is over canonical CSV ordered by key. */
export interface SinkReceipt {
  readonly sink: string;
  readonly release: number;
  /**
   * `refused`: the target holds the later release `held`; `not-promoted`: targets with one state only take what is current.
   * Receipts of version 0.1 lack it: delivered.
   */
  readonly status?: 'delivered' | 'refused' | 'not-promoted';
  readonly held?: number;
  readonly delta?: SinkDelta;
  readonly files: readonly {
    readonly name: string;
    readonly rows: number | null;
    readonly bytes: number;
    readonly logicalDigest: string;
    /** Text cells of a CSV that got a leading apostrophe, so that no spreadsheet runs them; null for other files. */
    readonly defused: number | null;
  }[];
}
