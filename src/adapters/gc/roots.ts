import { join } from 'node:path';
import { z } from 'zod';
import type { ReleaseCommit } from '../../contracts/manifest';
import type { RunRecord } from '../../core/ports';
import { readIfThere } from '../artifacts/files';
import type { Store } from '../store';
import { createHoldStore } from './holds';
import { entries, objectPath } from './references';

const DAY_MS = 86_400_000;

export interface RetentionPolicy {
  /** Newest releases of each environment that are kept. */
  readonly releases: number;
  /** Releases and runs younger than this are kept. */
  readonly days: number;
  readonly graceHours: number;
}

/** What must stay, and why. */
export interface Roots {
  /** Documents whose objects stay, with all these lead to. */
  readonly deep: readonly string[];
  /** Documents whose objects stay. */
  readonly shallow: readonly string[];
  /** Releases whose artifacts may go, as `<project>/<env>/<n>`. */
  readonly expired: readonly string[];
  /** When each open run began, in milliseconds. */
  readonly open: readonly { readonly runId: string; readonly since: number }[];
}

/**
 * Releases by number, age, hold and being current; runs by age; everything the stage index knows while a run is open, since it may use any
 * of it. Manifests, configs and what the ledger names stay for good: they are small, and what an auditor reads.
 */
export async function rootsOf(store: Store, policy: RetentionPolicy, now: number): Promise<Roots> {
  const { home, runs, ledger } = store;
  const deep: string[] = [];
  const shallow: string[] = [];
  const expired: string[] = [];
  const young = (at: string): boolean => now - Date.parse(at) < policy.days * DAY_MS;
  for (const line of await linesOf(home)) {
    const { commits, kept } = await keptOf(store, line, policy, young);
    for (const commit of commits) {
      if (kept.has(commit.n)) deep.push(JSON.stringify(commit));
      else expired.push(`${commit.project}/${commit.environment}/${commit.n}`);
      shallow.push(commit.manifest.sha256, await configOf(home, commit));
    }
  }
  const records = await runs.list();
  for (const run of records) {
    if (isOpen(run) || young(run.finishedAt ?? run.startedAt)) deep.push(JSON.stringify(run));
    shallow.push(JSON.stringify([run.manifest, (run.request as { resolved?: unknown } | null)?.resolved ?? null]));
  }
  for (const entry of await ledger.read()) shallow.push(JSON.stringify(entry));
  const open = records.filter(isOpen).map((run) => ({ runId: run.runId, since: sinceOf(run) }));
  if (open.length > 0) for (const { text } of await stageEntries(home)) deep.push(text);
  return { deep, shallow, expired, open };
}

/** Going on, or held by the gate: it may still be published. */
const isOpen = ({ status }: RunRecord): boolean => status === 'running' || status === 'held';

const sinceOf = ({ attemptStarts, startedAt }: RunRecord): number => Date.parse(attemptStarts?.at(-1)?.startedAt ?? startedAt);

async function linesOf(home: string): Promise<readonly (readonly [string, string])[]> {
  const lines: (readonly [string, string])[] = [];
  for (const project of await entries(join(home, 'releases')))
    for (const environment of await entries(join(home, 'releases', project))) lines.push([project, environment]);
  return lines;
}

async function keptOf(
  { home, releases }: Store,
  [project, environment]: readonly [string, string],
  { releases: newest }: RetentionPolicy,
  young: (at: string) => boolean,
): Promise<{ readonly commits: readonly ReleaseCommit[]; readonly kept: ReadonlySet<number> }> {
  const commits = await releases.list(project, environment);
  const held = (await createHoldStore(home).list(project, environment)).map(({ release }) => release);
  const current = await releases.current(project, environment);
  const kept = new Set([...held, ...commits.slice(-newest).map(({ n }) => n), ...commits.filter(({ at }) => young(at)).map(({ n }) => n)]);
  if (current) kept.add(current.n);
  return { commits, kept };
}

const manifest = z.looseObject({ facts: z.looseObject({ config: z.looseObject({ resolved: z.looseObject({ sha256: z.string() }) }) }) });

/** The name of the config a release was made with. */
async function configOf(home: string, { manifest: { sha256 } }: ReleaseCommit): Promise<string> {
  const text = await readIfThere(objectPath(home, sha256));
  try {
    return manifest.parse(JSON.parse(text ?? '')).facts.config.resolved.sha256;
  } catch {
    return '';
  }
}

/** Records of the stage index. */
export async function stageEntries(home: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const found: { path: string; text: string }[] = [];
  for (const name of await entries(join(home, 'stages'))) {
    const path = join(home, 'stages', name);
    const text = await readIfThere(path);
    if (text !== undefined) found.push({ path, text });
  }
  return found;
}
