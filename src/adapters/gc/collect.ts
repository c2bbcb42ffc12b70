import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../core/audit';
import { errnoOf, makeFolder, onDisk, readIfThere, replaceFile } from '../artifacts/files';
import type { Store } from '../store';
import { entries, listObjects, namesIn, objectPath, reachable } from './references';
import { rootsOf, stageEntries, type RetentionPolicy } from './roots';

const HOUR_MS = 3_600_000;
/** A run that begins this long after an object was listed cannot have found it in the stage index, from which it was taken before. */
const SETTLED_MS = HOUR_MS;

export interface CollectOptions {
  readonly policy: RetentionPolicy;
  /** False: say what would happen. */
  readonly apply: boolean;
  readonly actor: string;
  readonly reason: string;
  readonly now: number;
  /** Fault points of tests. */
  fault?(point: string): void;
}

export interface Collection {
  readonly applied: boolean;
  readonly objects: number;
  readonly kept: number;
  /** Garbage seen for the first time: listed, removed after the grace. */
  readonly listed: number;
  /** Garbage whose grace is not over, or that an open run may use. */
  readonly waiting: number;
  readonly removed: number;
  readonly removedBytes: number;
  /** Releases whose artifacts are not kept. */
  readonly expired: readonly string[];
  readonly openRuns: readonly string[];
}

const tombstones = z.looseObject({ format: z.literal(1), objects: z.record(z.string(), z.number()) });

/**
 * Mark, list, wait, sweep. Garbage is first listed and taken out of the stage index, so no new run can find it; it is removed by a later
 * collection, after the grace, if nothing has come to need it and nobody has written the same bytes since (which refreshes the file's
 * time). A collection can be killed anywhere: the next one goes on.
 */
export async function collect(store: Store, options: CollectOptions): Promise<Collection> {
  const { policy, apply, now, fault } = options;
  const { home } = store;
  if (apply) await emptyTrash(home);
  const roots = await rootsOf(store, policy, now);
  const objects = await listObjects(home);
  const marked = await reachable(home, objects, roots);
  const known = await readTombstones(home);
  const list = new Map<string, number>();
  const listed: string[] = [];
  const due: string[] = [];
  let waiting = 0;
  const indexed = new Set((await stageEntries(home)).flatMap(({ text }) => namesIn(text).map(roots.standFor)));
  for (const name of [...objects].filter((object) => !marked.has(object))) {
    const since = known.get(name);
    // Written, or recorded by a stage, since it was listed: its time begins again.
    const fresh = since === undefined || indexed.has(name) || (await modified(home, name)) > since;
    if (fresh) {
      list.set(name, now);
      listed.push(name);
      continue;
    }
    list.set(name, since);
    const inUse = roots.open.some((run) => run.since <= since + SETTLED_MS);
    if (!inUse && now - since >= policy.graceHours * HOUR_MS) due.push(name);
    else waiting++;
  }
  let removedBytes = 0;
  for (const name of due) removedBytes += await sizeOf(objectPath(home, name));
  if (apply) {
    const garbage = new Set(listed);
    if (garbage.size > 0) await unindex(store, (name) => garbage.has(roots.standFor(name)), fault);
    fault?.('gc:unindexed');
    if (!sameEntries(list, known)) await writeTombstones(home, list);
    fault?.('gc:listed');
    if (listed.length > 0) await enter(store, options, 'gc.listed', listed);
    if (due.length > 0) await enter(store, options, 'gc.removed', due);
    fault?.('gc:entered');
    for (const name of due) {
      await remove(store, name, known.get(name)!);
      fault?.('gc:removed');
    }
    if (due.length > 0) {
      for (const name of due) list.delete(name);
      await writeTombstones(home, list);
    }
  }
  return {
    applied: apply,
    objects: objects.size,
    kept: marked.size,
    listed: listed.length,
    waiting,
    removed: due.length,
    removedBytes,
    expired: roots.expired,
    openRuns: roots.open.map(({ runId }) => runId),
  };
}

const placeOf = (home: string): string => join(home, 'gc', 'tombstones.json');

async function readTombstones(home: string): Promise<Map<string, number>> {
  const text = await readIfThere(placeOf(home));
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(tombstones.parse(JSON.parse(text)).objects));
  } catch {
    // Without the list every grace begins again: late, never wrong.
    return new Map();
  }
}

const writeTombstones = (home: string, list: ReadonlyMap<string, number>): Promise<void> =>
  replaceFile(home, placeOf(home), canonicalJson({ format: 1, objects: Object.fromEntries([...list].sort(([a], [b]) => (a < b ? -1 : 1))) }));

const sameEntries = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([name, since]) => b.get(name) === since);

/** Take results whose objects are garbage out of the stage index: a run that wants them works them out again. */
async function unindex({ home }: Store, isGarbage: (name: string) => boolean, fault?: (point: string) => void): Promise<void> {
  for (const { path, text } of await stageEntries(home)) {
    if (!namesIn(text).some(isGarbage)) continue;
    await rm(path, { force: true });
    fault?.('gc:unindexing');
  }
}

/** The list is an object of its own: the ledger names it. */
async function enter({ artifacts, ledger }: Store, { actor, reason, now }: CollectOptions, type: string, names: readonly string[]): Promise<void> {
  const { sha256 } = await artifacts.writeJson('gc.objects', { objects: [...names].sort() });
  const at = new Date(now).toISOString();
  await ledger.append({ type, actor, reason, at, subject: 'store', body: { objects: names.length, list: sha256, at } });
}

const trashOf = (home: string): string => join(home, 'gc', 'trash');

/** Put an object aside, look at it once more, remove it. */
function remove({ home }: Store, name: string, since: number): Promise<void> {
  return onDisk(async () => {
    if ((await modified(home, name)) > since) return;
    const aside = join(trashOf(home), name);
    await makeFolder(trashOf(home));
    await rename(objectPath(home, name), aside).catch(ignoreMissing);
    await settle(home, name, since);
  });
}

/** What lies aside goes, unless its bytes were written again just before it was put there: then it goes back. */
async function settle(home: string, name: string, since: number): Promise<void> {
  const aside = join(trashOf(home), name);
  const found = await stat(aside).catch(ignoreMissing);
  if (found === undefined) return;
  if (found.mtimeMs <= since) return rm(aside, { force: true });
  await makeFolder(dirname(objectPath(home, name)));
  await rename(aside, objectPath(home, name));
}

/** What a killed collection put aside: back with it, and the next collections decide. */
async function emptyTrash(home: string): Promise<void> {
  for (const name of await entries(trashOf(home))) if (/^[0-9a-f]{64}$/.test(name)) await settle(home, name, 0);
}

const modified = async (home: string, name: string): Promise<number> => (await stat(objectPath(home, name)).catch(ignoreMissing))?.mtimeMs ?? 0;
const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(ignoreMissing))?.size ?? 0;

function ignoreMissing(error: unknown): undefined {
  if (errnoOf(error) === 'ENOENT') return undefined;
  throw error;
}
