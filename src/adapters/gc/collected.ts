import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit } from '../../contracts/manifest';
import { standInOf } from '../artifacts/erasures';
import type { Store } from '../store';

type Reading = Pick<Store, 'shelf' | 'artifacts' | 'ledger'>;

/** Every object that the ledger says a collection removed. A list that is gone or was changed excuses nothing. */
async function collectedObjects({ artifacts, ledger }: Reading): Promise<Set<string>> {
  const removed = new Set<string>();
  for (const { type, body } of await ledger.read()) {
    if (type !== 'gc.removed') continue;
    const ref = { sha256: String((body as { list?: unknown }).list), bytes: 0, rows: null, kind: 'gc.objects' };
    const list = await artifacts.readJson<{ readonly objects: readonly string[] }>(ref).catch(orNothing);
    for (const name of list?.objects ?? []) removed.add(name);
  }
  return removed;
}

/**
 * Which releases can no longer be looked at, because a collection removed artifacts of theirs.
 *
 * @param names The artifacts that are asked for; those a release does not have are not missed.
 * @throws PipelineError `OBJECT_MISSING` where one is gone and no collection says so, `OBJECT_CORRUPT`.
 *
 * Hashes each of the artifacts once in a process.
 */
export async function partedByCollection(
  store: Reading,
  releases: readonly ReleaseCommit[],
  names: readonly string[],
): Promise<{ readonly there: ReleaseCommit[]; readonly collected: ReleaseCommit[] }> {
  const there: ReleaseCommit[] = [];
  const collected: ReleaseCommit[] = [];
  let removed: Set<string> | undefined;
  for (const release of releases) {
    let gone = false;
    for (const ref of names.flatMap((name) => release.artifacts[name] ?? [])) {
      const missing = await store.artifacts.path(ref).then(() => undefined, whereMissing);
      if (missing === undefined) continue;
      removed ??= await collectedObjects(store);
      if (!removed.has(await standInOf(store.shelf, ref.sha256))) throw missing;
      gone = true;
    }
    (gone ? collected : there).push(release);
  }
  return { there, collected };
}

function whereMissing(error: unknown): PipelineError {
  if (error instanceof PipelineError && error.code === 'OBJECT_MISSING') return error;
  throw error;
}

function orNothing(error: unknown): undefined {
  if (error instanceof PipelineError && error.code.startsWith('OBJECT_')) return undefined;
  throw error;
}
