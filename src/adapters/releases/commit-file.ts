import { z } from 'zod';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit } from '../../contracts/manifest';
import { sha256Hex } from '../../core/audit';

export const RELEASE_FORMAT = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const ref = z.looseObject({ sha256, bytes: z.number(), rows: z.number().nullable(), kind: z.string() });
const commitFile = z.looseObject({
  format: z.literal(RELEASE_FORMAT),
  n: z.int().min(1),
  project: z.string(),
  environment: z.string(),
  previous: z.int().nullable(),
  previousSha256: sha256.nullable(),
  parent: z.int().nullable(),
  promoted: z.boolean(),
  superseded: z.boolean(),
  rollbackOf: z.int().min(1).optional(),
  asOf: z.string(),
  runId: z.string(),
  idempotencyKey: z.string(),
  digest: z.string(),
  resultDigest: z.string(),
  manifest: ref,
  artifacts: z.record(z.string(), ref),
});

/** A commit and the SHA-256 of its file, which the next commit names. */
export interface StoredCommit {
  readonly commit: ReleaseCommit;
  readonly sha256: string;
}

/**
 * Read the text of commit `n` of a line of releases.
 *
 * @throws PipelineError `FORMAT_TOO_NEW`, or `OBJECT_CORRUPT` where it cannot be read or belongs elsewhere.
 */
export function parseCommit(line: string, n: number, text: string): StoredCommit {
  const damaged = (what: string, cause?: unknown): PipelineError =>
    new PipelineError(
      'OBJECT_CORRUPT',
      `release ${n} of ${line} ${what}: restore its file from a backup`,
      { line, release: n },
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged('is no JSON', error);
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > RELEASE_FORMAT) {
    throw new PipelineError(
      'FORMAT_TOO_NEW',
      `release ${n} of ${line} was written in format ${format}, this version reads up to ${RELEASE_FORMAT}: use the newer version`,
      {
        line,
        release: n,
        format,
        supported: RELEASE_FORMAT,
      },
    );
  }
  const { success, error } = commitFile.safeParse(value);
  if (!success) throw damaged(`is damaged at ${error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  const commit = value as ReleaseCommit;
  if (commit.n !== n || `${commit.project}/${commit.environment}` !== line) {
    throw damaged(`says it is release ${commit.n} of ${commit.project}/${commit.environment}`);
  }
  return { commit, sha256: sha256Hex(text) };
}

/** What is wrong with how a commit names the one before it; undefined where nothing is. */
export function brokenLink(
  line: string,
  { commit }: StoredCommit,
  before: StoredCommit | undefined,
): string | undefined {
  const { n, previous, previousSha256, parent, rollbackOf } = commit;
  if (previous !== (before?.commit.n ?? null))
    return `release ${n} of ${line} names ${previous} as its previous, not ${before?.commit.n ?? null}`;
  if (previousSha256 !== (before?.sha256 ?? null))
    return `release ${n} of ${line} does not fit the file of release ${previous}: one of them was changed`;
  if (parent !== null && parent >= n) return `release ${n} of ${line} names the later release ${parent} as its parent`;
  if (rollbackOf !== undefined && rollbackOf >= n) return `release ${n} of ${line} brings back the later release ${rollbackOf}`;
  return undefined;
}
