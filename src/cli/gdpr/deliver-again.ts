import { dirname, join } from 'node:path';
import { erasedAmong } from '../../adapters/artifacts';
import { findCustomer } from '../../adapters/erasure';
import { partedByCollection } from '../../adapters/gc';
import { ownerOf, releaseOfName, sameRelease, type DeliveredFolder, type FolderSink, type FolderTarget } from '../../adapters/sinks';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit } from '../../contracts/manifest';
import { machineOptions } from '../../workers/deps';
import { folderSinksOfStore } from '../../workers/publishing';
import type { Workspace } from '../workspace';

export interface DeliveredAgain {
  /** Releases of which a folder was written again. */
  readonly releases: readonly number[];
  /** Folders of collected releases that held the customer: nothing is left to write them again from, so they were removed. */
  readonly removed: readonly string[];
  /** What could not be done, in words. */
  readonly left: readonly string[];
}

interface Place {
  readonly target: FolderTarget;
  readonly sink: FolderSink;
  readonly folder: DeliveredFolder;
  readonly commit: ReleaseCommit;
  /** The release that its changes are told against, if it was delivered with any. */
  readonly base: ReleaseCommit | null;
  /** What a search says of the customer in its files. */
  readonly holds: 'yes' | 'maybe' | 'no';
}

/**
 * Write the folders that targets delivered again where they hold the customer: with the tables of their release as they are now, and with the
 * changes against the base that their receipt names. A folder whose release was collected is removed. Targets that never had a release do not
 * get it now, and one folder that cannot be written does not hold up the others.
 *
 * Searches every file of every folder target.
 */
export async function deliverAgain(workspace: Workspace, terms: readonly string[]): Promise<DeliveredAgain> {
  const releases = new Set<number>();
  const [removed, left]: [string[], string[]] = [[], []];
  for (const place of await placesOf(workspace, terms)) {
    const { sink, folder, commit } = place;
    const path = join(sink.root, folder.name);
    try {
      if (!(await isAffected(workspace, place))) continue;
      if (await isCollected(workspace, commit)) {
        if (place.holds !== 'yes') continue;
        await sink.remove(commit);
        removed.push(path);
      } else {
        await sink.rewrite(commit, place.base && { release: place.base.n, artifacts: place.base.artifacts });
        releases.add(commit.n);
      }
    } catch (error) {
      left.push(`${path}: release ${commit.n} could not be written again there: ${wordsOf(error)}`);
    }
  }
  return { releases: [...releases].sort((a, b) => a - b), removed, left };
}

async function placesOf({ store, resolved, directory }: Workspace, terms: readonly string[]): Promise<Place[]> {
  const { config } = resolved;
  const machine = machineOptions();
  const commits = await store.releases.list(config.project, config.environment);
  const places: Place[] = [];
  for (const { target, sink } of folderSinksOfStore(store, machine)(config, { projectDir: directory })) {
    const folders = await sink.folders();
    if (folders.length === 0) continue;
    const found = await findCustomer({ ...machine, temporary: join(store.home, 'tmp', 'duckdb') }, sink.root, terms);
    for (const folder of folders) {
      const commit = commits.find((candidate) => sameRelease(folder.stored.owner, ownerOf(candidate, target.name)));
      // Another project's, or nobody's: the search at the end names it.
      if (commit === undefined) continue;
      const base = commits.find(({ n }) => n === folder.stored.receipt.delta?.base) ?? null;
      const inside = found.filter(({ path }) => releaseOfName(dirname(path)) === folder.release);
      const holds = inside.some(({ certain }) => certain) ? 'yes' : inside.length > 0 ? 'maybe' : 'no';
      places.push({ target, sink, folder, commit, base, holds });
    }
  }
  return places;
}

/**
 * Where every row names its customer the search says all. A channel may have columns that name nobody: its rows go where a table of its
 * release, or of the base, is not what it was.
 */
async function isAffected({ store }: Workspace, { target, folder, commit, base, holds }: Place): Promise<boolean> {
  // Put aside by a try that was killed: it has to come back.
  if (holds !== 'no' || folder.name !== String(commit.n)) return true;
  if (namesCustomers(target)) return false;
  const erased = await Promise.all([commit, ...(base ? [base] : [])].map(({ artifacts }) => erasedAmong(store.home, artifacts)));
  return erased.flat().length > 0;
}

const namesCustomers = (target: FolderTarget): boolean =>
  target.type === 'files' || target.columns.some(({ column }) => column === 'pid' || column === 'customer_id');

const isCollected = async ({ store }: Workspace, commit: ReleaseCommit): Promise<boolean> =>
  (await partedByCollection(store, [commit], Object.keys(commit.artifacts))).collected.length > 0;

/** Messages of this program have no customer-level values; those of others may. */
const wordsOf = (error: unknown): string =>
  error instanceof PipelineError ? `${error.code}, ${error.message}` : ((error as NodeJS.ErrnoException).code ?? 'an error of this program');
