import type { ArtifactRef } from './artifacts';
import type { Approval } from './gate';
import type { RunKind, StageResult } from './run';

/** The part of a manifest that two runs of the same thing share, byte for byte. */
export interface ManifestFacts {
  readonly project: string;
  readonly environment: string;
  readonly asOf: string;
  readonly knownAt: string | null;
  readonly mode: 'refit';
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
}

/** What a sink left behind: derived bytes, so the digest is over canonical CSV ordered by key. */
export interface SinkReceipt {
  readonly sink: string;
  readonly release: number;
  readonly files: readonly {
    readonly name: string;
    readonly rows: number | null;
    readonly bytes: number;
    readonly logicalDigest: string;
    /** Text cells of a CSV that got a leading apostrophe, so that no spreadsheet runs them; null for other files. */
    readonly defused: number | null;
  }[];
}
