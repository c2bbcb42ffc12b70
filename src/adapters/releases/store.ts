import { slug } from '../../config/common';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit } from '../../contracts/manifest';
import { canonicalJson } from '../../core/audit';
import type { Placing, ReleaseStore } from '../../core/ports';
import { errnoOf } from '../artifacts/files';
import { atOnce } from '../at-once';
import { shelfAt, type Place, type Shelf } from '../shelf';
import { brokenLink, parseCommit, RELEASE_FORMAT, type StoredCommit } from './commit-file';

type Draft = Parameters<ReleaseStore['commit']>[0];

/** The result of walking a line of releases from its first to its last. */
export interface ReleaseCheck {
  readonly releases: number;
  /** Sentences that each name the release at fault; empty where all is well. */
  readonly problems: readonly string[];
}

export interface CheckedReleaseStore extends ReleaseStore {
  /** Walk the whole line: every file readable, numbers without gap, every commit fitting the one before. */
  verify(project: string, environment: string): Promise<ReleaseCheck>;
}

/**
 * Releases in `releases/<project>/<env>/<n>.json`, with the pointer `refs/<project>/<env>/current.json`.
 *
 * The commit files are the truth; the pointer only saves reading all of them and is rebuilt when it is missing, wrong or behind.
 */
class Releases implements CheckedReleaseStore {
  constructor(private readonly shelf: Shelf) {}

  async current(project: string, environment: string): Promise<ReleaseCommit | undefined> {
    const line = lineOf(project, environment);
    const pointed = await this.pointed(line);
    // A writer may have died between its commit and the pointer, so what came after the pointed one is always looked at.
    const later = pointed ? await this.after(line, pointed.commit.n) : await this.all(line);
    const newest = later.filter(({ commit }) => commit.promoted).pop();
    if (newest) await this.point(line, newest);
    return (newest ?? pointed)?.commit;
  }

  async read(project: string, environment: string, n: number): Promise<ReleaseCommit> {
    const line = lineOf(project, environment);
    const numbers = await this.numbers(line);
    if (numbers.includes(n)) return (await this.load(line, n)).commit;
    const there = numbers.length > 0 ? `there are 1 to ${numbers[numbers.length - 1]}` : 'there are none yet';
    throw new PipelineError('RELEASE_NOT_FOUND', `there is no release ${n} of ${line}; ${there}`, {
      line,
      release: n,
      releases: numbers.length,
    });
  }

  async list(project: string, environment: string): Promise<ReleaseCommit[]> {
    return (await this.all(lineOf(project, environment))).map(({ commit }) => commit);
  }

  async findByIdempotencyKey(project: string, environment: string, key: string): Promise<ReleaseCommit | undefined> {
    return (await this.list(project, environment)).find(({ idempotencyKey }) => idempotencyKey === key);
  }

  async commit(
    draft: Draft,
    expectedCurrent: number | null,
    { promote = true, chosenParent = false }: Placing = {},
  ): Promise<{ readonly commit: ReleaseCommit; readonly created: boolean }> {
    const line = lineOf(draft.project, draft.environment);
    for (;;) {
      const all = await this.all(line);
      const made = all.filter(({ commit }) => commit.idempotencyKey === draft.idempotencyKey);
      const settled = made.find(({ commit }) => commit.promoted || commit.superseded) ?? (promote ? undefined : made[0]);
      if (settled) {
        await this.current(draft.project, draft.environment);
        return { commit: settled.commit, created: false };
      }
      const expected = chosenParent || made.length > 0 ? 'any' : expectedCurrent;
      const commit = next(line, draft, all, expected, promote);
      const text = canonicalJson(commit);
      // Of several writers of `n` one gets through; the others look again at what is there now.
      if (!(await this.shelf.create(this.placeOf(line, commit.n), text))) continue;
      if (commit.promoted) await this.point(line, parseCommit(line, commit.n, text));
      return { commit, created: true };
    }
  }

  async verify(project: string, environment: string): Promise<ReleaseCheck> {
    const line = lineOf(project, environment);
    const numbers = await this.numbers(line);
    const problems: string[] = [];
    let before: StoredCommit | undefined;
    for (const [i, n] of numbers.entries()) {
      if (n !== (numbers[i - 1] ?? 0) + 1) problems.push(`release ${(numbers[i - 1] ?? 0) + 1} of ${line} is missing`);
      try {
        const stored = await this.load(line, n);
        const broken = brokenLink(line, stored, before);
        if (broken !== undefined) problems.push(broken);
        before = stored;
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        problems.push(error.message);
        before = undefined;
      }
    }
    return { releases: numbers.length, problems };
  }

  private placeOf(line: string, n: number): string {
    return `releases/${line}/${n}.json`;
  }

  private async numbers(line: string): Promise<number[]> {
    const names = await this.shelf.list(`releases/${line}`);
    return names
      .flatMap((name) => /^([1-9]\d*)\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  private async load(line: string, n: number): Promise<StoredCommit> {
    const text = await this.shelf.read(this.placeOf(line, n));
    if (text === undefined)
      throw new PipelineError('OBJECT_MISSING', `release ${n} of ${line} is missing: restore its file from a backup`, {
        line,
        release: n,
      });
    return parseCommit(line, n, text);
  }

  private async after(line: string, n: number): Promise<StoredCommit[]> {
    const numbers = (await this.numbers(line)).filter((number) => number > n);
    return atOnce(numbers, (number) => this.load(line, number));
  }

  /** All commits in order, their chain checked: nothing is ever built on a damaged line. */
  private async all(line: string): Promise<StoredCommit[]> {
    const numbers = await this.numbers(line);
    const last = numbers[numbers.length - 1] ?? 0;
    const stored = await atOnce(Array.from({ length: last }, (_, i) => i + 1), (n) => this.load(line, n));
    for (const [i, commit] of stored.entries()) {
      const broken = brokenLink(line, commit, stored[i - 1]);
      if (broken !== undefined) throw new PipelineError('OBJECT_CORRUPT', broken, { line, release: commit.commit.n });
    }
    return stored;
  }

  /** The commit the pointer names, if pointer and commit agree. */
  private async pointed(line: string): Promise<StoredCommit | undefined> {
    const text = await this.shelf.read(this.pointerOf(line));
    const pointer = text === undefined ? undefined : parsePointer(text);
    if (pointer === undefined) return undefined;
    const commit = await this.shelf.read(this.placeOf(line, pointer.n));
    if (commit === undefined) return undefined;
    const stored = parseCommit(line, pointer.n, commit);
    return stored.sha256 === pointer.sha256 && stored.commit.promoted ? stored : undefined;
  }

  private pointerOf(line: string): string {
    return `refs/${line}/current.json`;
  }

  /** A reader without the right to write does without the pointer. */
  private async point(line: string, { commit, sha256 }: StoredCommit): Promise<void> {
    try {
      await this.shelf.replace(this.pointerOf(line), canonicalJson({ format: 1, n: commit.n, sha256 }));
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) throw error;
    }
  }
}

function lineOf(project: string, environment: string): string {
  for (const name of [project, environment]) {
    if (!slug.safeParse(name).success)
      throw new PipelineError('CONFIG_INVALID', `"${name}" is no name for a project or an environment`, { name });
  }
  return `${project}/${environment}`;
}

function parsePointer(text: string): { readonly n: number; readonly sha256: string } | undefined {
  try {
    const { n, sha256 } = JSON.parse(text) as { n?: unknown; sha256?: unknown };
    return Number.isSafeInteger(n) && typeof sha256 === 'string' ? { n: n as number, sha256 } : undefined;
  } catch {
    return undefined;
  }
}

function next(line: string, draft: Draft, all: readonly StoredCommit[], expectedCurrent: number | 'any' | null, promote: boolean): ReleaseCommit {
  const last = all[all.length - 1];
  const current = all.filter(({ commit }) => commit.promoted).pop()?.commit;
  // A rollback brings back an earlier day on purpose.
  const superseded = promote && draft.rollbackOf === undefined && current !== undefined && current.asOf > draft.asOf;
  if (promote && !superseded && expectedCurrent !== 'any' && (current?.n ?? null) !== expectedCurrent) {
    throw new PipelineError(
      'RELEASE_MOVED',
      draft.rollbackOf === undefined
        ? `the personas were matched to release ${expectedCurrent ?? 'none'} of ${line}, but ${current?.n ?? 'none'} is current now: match them again`
        : `release ${expectedCurrent ?? 'none'} of ${line} was to be rolled back, but ${current?.n ?? 'none'} is current now: look again`,
      { line, expected: expectedCurrent, current: current?.n ?? null },
    );
  }
  return {
    ...draft,
    format: RELEASE_FORMAT,
    n: (last?.commit.n ?? 0) + 1,
    previous: last?.commit.n ?? null,
    previousSha256: last?.sha256 ?? null,
    promoted: promote && !superseded,
    superseded,
  };
}

export const createReleaseStore = (place: Place): CheckedReleaseStore => new Releases(shelfAt(place));
