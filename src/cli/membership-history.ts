import { chmod, copyFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, basename, join } from 'node:path';
import { partedByCollection } from '../adapters/gc';
import type { Store } from '../adapters/store';
import type { ArtifactRef } from '../contracts/artifacts';
import { PipelineError } from '../contracts/errors';
import type { ReleaseCommit } from '../contracts/manifest';
import type { PersonasReport } from '../contracts/personas';
import { sha256Hex } from '../core/audit';
import type { ArtifactStore, SqlEngine, SqlModels } from '../core/ports';

export interface HistoryRequest {
  readonly releases: readonly ReleaseCommit[];
  /** A Parquet file; one that is there is replaced. */
  readonly out: string;
  /** Spells of this persona only. */
  readonly persona: string | null;
}

export interface ListedRelease {
  readonly release: number;
  readonly asOf: string;
}

export interface HistorySummary {
  readonly file: string;
  /** Spells written. */
  readonly rows: number;
  /** Releases that it was made of, in the order of their as-of. */
  readonly releases: readonly ListedRelease[];
  /** Releases that should be among them, but whose memberships garbage collection removed: spells go over these days as if nothing was released. */
  readonly collected: readonly ListedRelease[];
}

export interface HistoryDeps {
  readonly store: Pick<Store, 'shelf' | 'artifacts' | 'ledger'>;
  readonly models: SqlModels;
  /** An engine that writes its tables into the store given. */
  engine(artifacts: ArtifactStore): SqlEngine;
}

/** What is read of a release. */
const READ = ['personas.memberships', 'personas.personas'];

/** One release per as-of, in their order: the newest promoted one, or the newest where none was. */
export function lineOfReleases(releases: readonly ReleaseCommit[]): ReleaseCommit[] {
  const chosen = new Map<string, ReleaseCommit>();
  for (const release of [...releases].sort((a, b) => a.n - b.n)) {
    const before = chosen.get(release.asOf);
    if (before === undefined || release.promoted || !before.promoted) chosen.set(release.asOf, release);
  }
  return [...chosen.values()].sort((a, b) => (a.asOf < b.asOf ? -1 : 1));
}

/**
 * Write who had which persona when, from the memberships of all releases: one row per customer and spell with `valid_from` and `valid_to`.
 * Nothing is left in the store: the table is a view of what is there, and erasing a customer must not have to look for it.
 *
 * Cost: one pass over the memberships of all releases.
 * @throws PipelineError `RELEASE_NOT_FOUND` without releases that can be looked at, `OBJECT_MISSING` where memberships are gone that nobody collected, `PERSONA_NOT_FOUND` for a key that none of them has.
 */
export async function writeHistory({ store, models, engine }: HistoryDeps, { releases, out, persona }: HistoryRequest): Promise<HistorySummary> {
  const { artifacts } = store;
  const whole = lineOfReleases(releases);
  if (whole.length === 0) throw new PipelineError('RELEASE_NOT_FOUND', 'nothing has been published yet: there is no history; "dramatis run" makes the first release');
  const { there: line, collected } = await partedByCollection(store, whole, READ);
  if (line.length === 0) throw new PipelineError('RELEASE_NOT_FOUND', `all ${whole.length} releases were collected: nothing is left that a history could be made of`);
  if (persona !== null) await assertIssued(artifacts, line, persona);
  const session = await engine(writingTo(artifacts, out)).session();
  try {
    await session.insert('history.listed', [
      { name: 'n', type: 'INTEGER', values: line.map((_, i) => i + 1) },
      { name: 'as_of', type: 'VARCHAR', values: line.map(({ asOf }) => asOf) },
    ]);
    await session.table('history.releases', 'SELECT n, as_of::DATE AS as_of FROM history.listed ORDER BY n');
    for (const [i, release] of line.entries()) await session.view(`history.release_${i + 1}`, membershipsOf(release));
    await session.table('history.memberships', line.map((_, i) => `SELECT ${i + 1}::INTEGER AS n, pid, persona_key FROM history.release_${i + 1}`).join(' UNION ALL '));
    await session.table('history.spells', models.get('personas/history').text);
    const { rows } = await session.save(
      'personas.history',
      'SELECT * FROM history.spells WHERE $persona::VARCHAR IS NULL OR persona_key = $persona::VARCHAR ORDER BY pid, valid_from',
      { persona },
    );
    return { file: out, rows: rows ?? 0, releases: line.map(listed), collected: collected.map(listed) };
  } finally {
    await session.close();
  }
}

const listed = ({ n, asOf }: ReleaseCommit): ListedRelease => ({ release: n, asOf });

async function assertIssued(artifacts: ArtifactStore, line: readonly ReleaseCommit[], persona: string): Promise<void> {
  for (const { artifacts: refs } of [...line].reverse()) {
    const ref = refs['personas.personas'];
    if (ref && (await artifacts.readJson<PersonasReport>(ref)).issuedKeys.includes(persona)) return;
  }
  throw new PipelineError('PERSONA_NOT_FOUND', `no release has issued the persona key ${persona}; "dramatis personas" lists those of today`, { persona });
}

function membershipsOf({ n, artifacts }: ReleaseCommit): ArtifactRef {
  const ref = artifacts['personas.memberships'];
  if (ref === undefined) throw new PipelineError('OBJECT_MISSING', `release ${n} has no memberships`, { release: n });
  return ref;
}

/** The store for reading; what a session saves becomes the file, readable by its owner only. */
function writingTo(artifacts: ArtifactStore, out: string): ArtifactStore {
  return {
    path: (ref) => artifacts.path(ref),
    readBytes: (ref) => artifacts.readBytes(ref),
    readJson: (ref) => artifacts.readJson(ref),
    writeJson: (kind, value) => artifacts.writeJson(kind, value),
    writeBytes: (kind, bytes, rows) => artifacts.writeBytes(kind, bytes, rows),
    temporary: (extension) => artifacts.temporary(extension),
    adopt: async (kind, temporary, rows) => {
      const beside = join(dirname(out), `.${basename(out)}.part`);
      try {
        // The store may lie on another file system: a rename would not get there.
        await copyFile(temporary, beside);
        await chmod(beside, 0o600);
        await rename(beside, out);
      } catch (error) {
        await rm(beside, { force: true });
        const { code = 'unknown' } = error as NodeJS.ErrnoException;
        throw new PipelineError('STORE_UNUSABLE', `the history cannot be written to ${out} (${code}): name a file in a folder that is there and may be written to`, { file: out });
      } finally {
        await rm(temporary, { force: true });
      }
      return { sha256: sha256Hex(out), bytes: (await stat(out)).size, rows, kind };
    },
  };
}
