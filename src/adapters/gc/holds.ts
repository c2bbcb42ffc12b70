import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { slug } from '../../config/common';
import { PipelineError } from '../../contracts/errors';
import { canonicalJson } from '../../core/audit';
import { createOnce, errnoOf, readIfThere, syncFolder } from '../artifacts/files';

const hold = z.looseObject({
  format: z.literal(1),
  project: slug,
  environment: slug,
  release: z.int().min(1),
  actor: z.string(),
  reason: z.string(),
  at: z.string(),
});

/** A release that garbage collection leaves alone, and who wants that. */
export interface Hold {
  readonly format: 1;
  readonly project: string;
  readonly environment: string;
  readonly release: number;
  readonly actor: string;
  readonly reason: string;
  readonly at: string;
}

/** Holds in `<home>/holds/<project>/<env>/<n>.json`: one per release. */
export interface HoldStore {
  /** Returns false where the release is held already. */
  add(hold: Omit<Hold, 'format'>): Promise<boolean>;
  /** Returns the hold that was removed. @throws PipelineError `RELEASE_NOT_FOUND` where there is none. */
  remove(project: string, environment: string, release: number): Promise<Hold>;
  list(project: string, environment: string): Promise<Hold[]>;
}

export function createHoldStore(home: string): HoldStore {
  const folderOf = (project: string, environment: string) => join(home, 'holds', slug.parse(project), slug.parse(environment));
  const placeOf = (project: string, environment: string, release: number) => join(folderOf(project, environment), `${release}.json`);
  const read = async (path: string): Promise<Hold | undefined> => {
    const text = await readIfThere(path);
    if (text === undefined) return undefined;
    const parsed = hold.safeParse(safeJson(text));
    if (parsed.success) return parsed.data;
    // A hold that cannot be read still holds: nothing may be collected on the strength of it.
    throw new PipelineError('OBJECT_CORRUPT', `the hold ${path} is damaged: write it again, or remove the file`, { path });
  };
  return {
    add: (draft) =>
      createOnce(home, placeOf(draft.project, draft.environment, draft.release), canonicalJson({ ...draft, format: 1 })),
    async remove(project, environment, release) {
      const path = placeOf(project, environment, release);
      const found = await read(path);
      if (found === undefined) throw new PipelineError('RELEASE_NOT_FOUND', `release ${release} of ${project} (${environment}) is not held`, { release });
      await rm(path, { force: true });
      await syncFolder(dirname(path));
      return found;
    },
    async list(project, environment) {
      const folder = folderOf(project, environment);
      const names = await readdir(folder).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return [];
        throw error;
      });
      const holds: Hold[] = [];
      for (const name of names.filter((file) => file.endsWith('.json'))) holds.push((await read(join(folder, name)))!);
      return holds.sort((a, b) => a.release - b.release);
    },
  };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
