import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../contracts/errors';
import type { ArtifactRefs } from '../../contracts/artifacts';
import type { ReleaseCommit, SinkReceipt } from '../../contracts/manifest';
import { digestOf } from '../../core/audit';
import { errnoOf, readIfThere } from '../artifacts/files';

export const RECEIPT = 'receipt.json';

const owner = z.object({
  project: z.string(),
  environment: z.string(),
  target: z.string(),
  idempotencyKey: z.string(),
  /** SHA-256 of the commit file. */
  commitSha256: z.string(),
});

/** Which release a folder holds, and of which target. */
export type Owner = z.infer<typeof owner>;

const storedReceipt = z.looseObject({
  format: z.literal(1),
  promoted: z.boolean(),
  owner,
  receipt: z.looseObject({ sink: z.string(), release: z.int(), files: z.array(z.looseObject({ name: z.string() })) }),
});

/** The text of `receipt.json`. */
export interface StoredReceipt {
  readonly format: 1;
  readonly promoted: boolean;
  readonly owner: Owner;
  /** What the release was made of, so that the next delivery can be compared with it; receipts of version 0.1 lack it. */
  readonly artifacts?: ArtifactRefs;
  readonly receipt: SinkReceipt;
}

/** A target that holds a later release takes no earlier one. */
export const refused = (sink: string, { n }: ReleaseCommit, held: number): SinkReceipt => ({
  sink,
  release: n,
  status: 'refused',
  held,
  files: [],
});

/** A target with one state only takes releases that became current. */
export const notPromoted = (sink: string, { n }: ReleaseCommit): SinkReceipt => ({
  sink,
  release: n,
  status: 'not-promoted',
  files: [],
});

export function ownerOf(commit: ReleaseCommit, target: string): Owner {
  const { project, environment, idempotencyKey } = commit;
  return { project, environment, target, idempotencyKey, commitSha256: digestOf(commit) };
}

/** The receipt in a folder; undefined where there is none that can be read. */
export async function readReceipt(folder: string): Promise<StoredReceipt | undefined> {
  const text = await readIfThere(join(folder, RECEIPT));
  return text === undefined ? undefined : parseReceipt(text);
}

/** A receipt from its text; undefined where it cannot be read. */
export function parseReceipt(text: string): StoredReceipt | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return storedReceipt.safeParse(value).success ? (value as StoredReceipt) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a release can be given this name: nothing has it, or only an empty folder, which a rename replaces. */
export async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOTDIR') return false;
    if (errno === 'ENOENT') return true;
    throw error;
  }
}

export const sameLine = (a: Owner, b: Owner): boolean => a.project === b.project && a.environment === b.environment;

/** The same release of the same target. */
export const sameRelease = (a: Owner, b: Owner): boolean => digestOf(owner.parse(a)) === digestOf(owner.parse(b));

/** `SINK_OCCUPIED` for a folder that holds something else than what the target is about to deliver. */
export function occupied(folder: string, target: string, found: StoredReceipt | undefined): PipelineError {
  const held = found
    ? `release ${found.receipt.release} of ${found.owner.project} (${found.owner.environment}, target ${found.owner.target}), which is another one`
    : `something without a receipt that can be read`;
  return new PipelineError(
    'SINK_OCCUPIED',
    `target ${target} cannot deliver to ${folder}: there is ${held}. Move that folder away, or give the target a path of its own under publish.targets; then retry`,
    { target, folder, held: found?.owner ?? null },
  );
}
