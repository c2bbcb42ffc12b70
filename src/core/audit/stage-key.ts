import type { ArtifactRefs } from '../../contracts/artifacts';
import type { Stage } from '../../contracts/stages';
import { digestOf } from './digest';

/** Everything a stage's outputs depend on. What is not here (threads, memory limit, host, attempt) must not change a byte. */
export interface StageKeyParts {
  readonly stage: Stage;
  /** Hash of the compiled files the stage imports, made by the build. */
  readonly codeDigest: string;
  /** Versions of DuckDB, V8 and the kernels. */
  readonly engine: Readonly<Record<string, string>>;
  /** The slice of the config the stage reads, with defaults filled in. */
  readonly config: unknown;
  /** SQL file name → SHA-256 of its text. */
  readonly sqlDigests: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly asOf: string;
  readonly knownAt: string | null;
  readonly projectKeyId: string;
  /** Artifact name → SHA-256; for extract, source file → SHA-256. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What only this stage depends on, e.g. the algorithm of one sweep. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Name of a stage's work: equal keys mean equal outputs, so work that has a recorded result is not done again. */
export function stageKey({ extra, ...parts }: StageKeyParts): string {
  return digestOf({ format: 'dramatis/stage-key/1', ...parts, extra: extra ?? {} });
}

/** Artifact name → SHA-256, as `stageKey` takes its inputs. */
export function inputDigests(refs: ArtifactRefs): Record<string, string> {
  return Object.fromEntries(Object.entries(refs).map(([name, { sha256 }]) => [name, sha256]));
}
