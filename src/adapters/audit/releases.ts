import { slug } from '../../config/common';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit } from '../../contracts/manifest';
import { brokenLink, parseCommit, type StoredCommit } from '../releases/commit-file';
import { atOnce } from '../at-once';
import { shelfAt, type Place, type Shelf } from '../shelf';
import type { EntryIndex } from './entries';
import type { Findings } from './report';

/** Every `<project>/<environment>` that has releases. */
export async function linesIn(place: Place): Promise<string[]> {
  const shelf = shelfAt(place);
  const foldersIn = async (folder: string): Promise<string[]> => (await shelf.list(folder)).filter((name) => slug.safeParse(name).success);
  const lines = await atOnce(await foldersIn('releases'), async (project) => (await foldersIn(`releases/${project}`)).map((environment) => `${project}/${environment}`));
  return lines.flat();
}

/** A line of releases as its files say it; what cannot be read is a finding. */
export interface ReadLine {
  readonly line: string;
  readonly commits: readonly StoredCommit[];
}

export async function readLine(shelf: Shelf, line: string, findings: Findings): Promise<ReadLine> {
  const folder = `releases/${line}`;
  const names = await shelf.list(folder);
  const numbers = names.flatMap((name) => /^([1-9]\d*)\.json$/.exec(name)?.[1] ?? []).map(Number);
  for (const name of names) findings.expect(/^([1-9]\d*)\.json$/.test(name), `file releases/${line}/${name}`, 'is no commit');
  const commits: StoredCommit[] = [];
  const last = numbers.reduce((a, b) => Math.max(a, b), 0);
  const texts = await atOnce(Array.from({ length: last }, (_, i) => `${folder}/${i + 1}.json`), (key) => shelf.read(key));
  let before: StoredCommit | undefined;
  for (const [i, text] of texts.entries()) {
    const n = i + 1;
    const object = `release ${n} of ${line}`;
    findings.counts.releases++;
    const stored = text === undefined ? undefined : attempt(() => parseCommit(line, n, text), object, findings);
    if (text === undefined) findings.wrong(object, 'is missing');
    if (stored === undefined) {
      before = undefined;
      continue;
    }
    // Where the one before cannot be read, what this one says of it cannot be held against anything; the ledger knows its hash too.
    const broken = before !== undefined || n === 1 ? brokenLink(line, stored, before) : undefined;
    if (broken !== undefined) findings.wrong(object, `does not fit the one before: ${broken}`);
    commits.push(stored);
    before = stored;
  }
  return { line, commits };
}

function attempt<T>(read: () => T, object: string, findings: Findings): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    findings.wrong(object, `cannot be read: ${error.message}`);
    return undefined;
  }
}

/** Hold commits against the signed entries about them: both must be there and name the same bytes. */
export function checkReleases({ line, commits }: ReadLine, index: EntryIndex, isRunning: (runId: string) => boolean, findings: Findings): void {
  const subjectOf = ({ n }: ReleaseCommit): string => `${line}/${n}`;
  for (const { commit, sha256 } of commits) {
    const object = `release ${commit.n} of ${line}`;
    const entries = index.about(subjectOf(commit)).filter(({ body }) => typeof body.commitSha256 === 'string');
    if (entries.length === 0) {
      if (isRunning(commit.runId)) findings.notes.push(`${object} is not in the ledger yet: its run is still going on`);
      else findings.wrong(object, 'is not in the ledger: entries were cut off, or the file was made by someone else');
    }
    for (const { seq, body } of entries) findings.expect(body.commitSha256 === sha256, object, `is not the commit that ledger entry ${seq} names`);
    for (const { body, seq, type } of entries) {
      findings.expect(body.rollbackOf === commit.rollbackOf, object, `brings back another release than ledger entry ${seq} says`);
      if (type === 'release.unchanged') continue;
      for (const name of ['digest', 'resultDigest', 'idempotencyKey'] as const) findings.expect(body[name] === undefined || body[name] === commit[name], object, `has another ${name} than ledger entry ${seq} says`);
    }
  }
}

/** Commits that the ledger knows and that are not there. */
export function missingReleases(lines: readonly ReadLine[], index: EntryIndex, findings: Findings): void {
  const there = new Set(lines.flatMap(({ line, commits }) => commits.map(({ commit }) => `${line}/${commit.n}`)));
  const named = new Set(findings.problems.map(({ object }) => object));
  for (const subject of new Set(index.releases.map((entry) => entry.subject))) {
    const cut = subject.lastIndexOf('/');
    const object = `release ${subject.slice(cut + 1)} of ${subject.slice(0, cut)}`;
    if (!there.has(subject) && !named.has(object)) findings.wrong(object, 'is missing, though the ledger says that it was made');
  }
}
