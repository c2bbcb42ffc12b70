import { z } from 'zod';
import { slug } from '../../config/common';
import { PipelineError } from '../../contracts/errors';
import { canonicalJson } from '../../core/audit';
import { shelfAt, type Place } from '../shelf';

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

/** Holds in `holds/<project>/<env>/<n>.json`: one per release. */
export interface HoldStore {
  /** Returns false where the release is held already. */
  add(hold: Omit<Hold, 'format'>): Promise<boolean>;
  /** Returns the hold that was removed. @throws PipelineError `RELEASE_NOT_FOUND` where there is none. */
  remove(project: string, environment: string, release: number): Promise<Hold>;
  list(project: string, environment: string): Promise<Hold[]>;
}

export function createHoldStore(place: Place): HoldStore {
  const shelf = shelfAt(place);
  const folderOf = (project: string, environment: string) => `holds/${slug.parse(project)}/${slug.parse(environment)}`;
  const keyOf = (project: string, environment: string, release: number) => `${folderOf(project, environment)}/${release}.json`;
  const read = async (key: string): Promise<Hold | undefined> => {
    const text = await shelf.read(key);
    if (text === undefined) return undefined;
    const parsed = hold.safeParse(safeJson(text));
    if (parsed.success) return parsed.data;
    // A hold that cannot be read still holds: nothing may be collected on the strength of it.
    throw new PipelineError('OBJECT_CORRUPT', `the hold ${shelf.locate(key)} is damaged: write it again, or remove the file`, { path: shelf.locate(key) });
  };
  return {
    add: (draft) =>
      shelf.create(keyOf(draft.project, draft.environment, draft.release), canonicalJson({ ...draft, format: 1 })),
    async remove(project, environment, release) {
      const key = keyOf(project, environment, release);
      const found = await read(key);
      if (found === undefined) throw new PipelineError('RELEASE_NOT_FOUND', `release ${release} of ${project} (${environment}) is not held`, { release });
      await shelf.remove(key);
      return found;
    },
    async list(project, environment) {
      const folder = folderOf(project, environment);
      const names = (await shelf.list(folder)).filter((name) => name.endsWith('.json'));
      const holds: (Hold | undefined)[] = [];
      for (const name of names) holds.push(await read(`${folder}/${name}`));
      // One that was removed since it was listed holds no more.
      return holds.filter((found) => found !== undefined).sort((a, b) => a.release - b.release);
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
