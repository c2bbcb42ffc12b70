import { join } from 'node:path';
import { z } from 'zod';
import type { ReleaseCommit } from '../../contracts/manifest';
import { isFitOf } from '../../core/drift';
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
  /** The object that is read in place of another, from which somebody was erased. */
  standFor(name: string): string;
}

/**
 * Releases by number, age, hold and being current; runs by age; everything the stage index knows while a run is open, since it may use any
 * of it. A release that was scored also keeps what its model was fitted to, which the next drift is measured against. Manifests, configs and what
 * the ledger names stay for good, since they are small, and what an auditor reads; but for the tables that an erasure left, which stay only in
 * place of one that is needed.
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
      const { resolved, scoring } = await factsOf(home, commit);
      shallow.push(commit.manifest.sha256, resolved);
      if (!kept.has(commit.n)) {
        expired.push(`${commit.project}/${commit.environment}/${commit.n}`);
        continue;
      }
      deep.push(JSON.stringify(commit));
      if (scoring) for (const fit of commits.filter((each) => isFitOf(scoring, each))) shallow.push(fit.artifacts['features.features']?.sha256 ?? '');
    }
  }
  const records = await runs.list();
  for (const run of records) {
    if (isOpen(run) || young(run.finishedAt ?? run.startedAt)) deep.push(JSON.stringify(run));
    shallow.push(JSON.stringify([run.manifest, (run.request as { resolved?: unknown } | null)?.resolved ?? null]));
  }
  const standIns = new Map<string, string>();
  for (const entry of await ledger.read()) {
    const replaced = replacedBy(entry);
    for (const { old, new: next } of replaced) standIns.set(old, next);
    if (replaced.length === 0) shallow.push(JSON.stringify(entry));
  }
  const open = records.filter(isOpen).map((run) => ({ runId: run.runId, since: sinceOf(run) }));
  if (open.length > 0) for (const { text } of await stageEntries(home)) deep.push(text);
  return { deep, shallow, expired, open, standFor: (name) => standInFor(standIns, name) };
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

const manifest = z.looseObject({
  facts: z.looseObject({
    config: z.looseObject({ resolved: z.looseObject({ sha256: z.string() }) }),
    scoring: z.looseObject({ sha256: z.string(), fittedAsOf: z.string() }).optional(),
  }),
});

/** The name of the config a release was made with, and the model it was scored with, if it was. */
async function factsOf(
  home: string,
  { manifest: { sha256 } }: ReleaseCommit,
): Promise<{ readonly resolved: string; readonly scoring?: { readonly sha256: string; readonly fittedAsOf: string } | undefined }> {
  const text = await readIfThere(objectPath(home, sha256));
  try {
    const { config, scoring } = manifest.parse(JSON.parse(text ?? '')).facts;
    return { resolved: config.resolved.sha256, scoring };
  } catch {
    return { resolved: '' };
  }
}

const erasure = z.looseObject({
  type: z.literal('erasure'),
  body: z.looseObject({ statement: z.looseObject({ objects: z.array(z.object({ old: z.string(), new: z.string() })) }) }),
});

/** Objects that an entry of the ledger replaces; none for an entry that is no erasure. */
function replacedBy(entry: unknown): readonly { readonly old: string; readonly new: string }[] {
  const parsed = erasure.safeParse(entry);
  return parsed.success ? parsed.data.body.statement.objects : [];
}

/** Several customers may have been erased from a table, one after the other. */
function standInFor(standIns: ReadonlyMap<string, string>, name: string): string {
  let last = name;
  for (const seen = new Set<string>(); !seen.has(last);) {
    seen.add(last);
    last = standIns.get(last) ?? last;
  }
  return last;
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
