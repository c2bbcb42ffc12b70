import type { Manifest, ReleaseCommit } from '../../contracts/manifest';

/** An entry of the ledger, as far as these questions need it. */
export interface LoggedAct {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly reason: string;
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface LogFilter {
  readonly actor?: string;
  /** Whole type, or its first part: `release` finds `release.published`. */
  readonly type?: string;
  /** Whole subject, or the beginning of one up to a `/`. */
  readonly subject?: string;
  /** ISO date or time: entries of then and later. */
  readonly since?: string;
}

const isOrBelow = (whole: string, asked: string, separator: string): boolean => whole === asked || whole.startsWith(`${asked}${separator}`);

/** Entries that fit every part of a filter, in their order. */
export const filterLog = <T extends LoggedAct>(entries: readonly T[], { actor, type, subject, since }: LogFilter): T[] =>
  entries.filter(
    (entry) =>
      (actor === undefined || entry.actor === actor) &&
      (type === undefined || isOrBelow(entry.type, type, '.')) &&
      (subject === undefined || isOrBelow(entry.subject, subject, '/')) &&
      (since === undefined || entry.at >= since),
  );

/** Who had which part in a release, and what it was made of. */
export interface WhoMadeIt {
  readonly release: string;
  readonly run: string;
  readonly asOf: string;
  /** Every entry about the run and the release, in order. */
  readonly acts: readonly LoggedAct[];
  readonly startedBy: Pick<LoggedAct, 'actor' | 'reason' | 'at' | 'seq'> | null;
  /** Who let it be published; null where no approval was asked for. */
  readonly approvedBy: readonly Pick<LoggedAct, 'actor' | 'reason' | 'at' | 'seq' | 'type'>[];
  readonly publishedAs: Pick<LoggedAct, 'actor' | 'reason' | 'at' | 'seq' | 'type'> | null;
  readonly digest: string;
  readonly resultDigest: string;
  readonly model: { readonly algorithm: string; readonly model: string | null; readonly k: number | null; readonly why: string };
  readonly config: string;
  readonly code: { readonly version: string; readonly digest: string };
  readonly parentRelease: number | null;
  readonly data: readonly { readonly role: string; readonly name: string; readonly rows: number; readonly sha256: string }[];
}

const pick = ({ actor, reason, at, seq, type }: LoggedAct) => ({ actor, reason, at, seq, type });

/** Put together from the commit, its manifest and the ledger who started and approved a release, why, and what went into it. */
export function whoMade(commit: ReleaseCommit, manifest: Manifest, entries: readonly LoggedAct[]): WhoMadeIt {
  const release = `${commit.project}/${commit.environment}/${commit.n}`;
  const acts = entries.filter(({ subject, body }) => subject === commit.runId || subject === release || body.runId === commit.runId);
  const { facts } = manifest;
  const { chosen, why } = facts.results.decisions.selection as { readonly chosen?: { algorithm?: string; model?: string | null; k?: number | null }; readonly why?: string };
  const started = acts.filter(({ type }) => type === 'run.started').pop();
  const made = acts.filter(({ type, subject }) => subject === release && type.startsWith('release.') && type !== 'release.unchanged');
  // That it was committed comes first, and alone while it is being delivered.
  const published = made.find(({ type }) => type !== 'release.committed') ?? made[0];
  return {
    release,
    run: commit.runId,
    asOf: commit.asOf,
    acts,
    startedBy: started ? pick(started) : null,
    approvedBy: acts.filter(({ type }) => /(^|\.)(approval|approved|rejected)(\.|$)/.test(type)).map(pick),
    publishedAs: published ? pick(published) : null,
    digest: commit.digest,
    resultDigest: commit.resultDigest,
    model: { algorithm: chosen?.algorithm ?? 'unknown', model: chosen?.model ?? null, k: chosen?.k ?? null, why: why ?? '' },
    config: facts.config.digest,
    code: { version: facts.code.version, digest: facts.code.digest },
    parentRelease: facts.parentRelease,
    data: facts.inputs.filter(({ role }) => role !== 'parent' && role !== 'extract').map(({ role, name, rows, sha256 }) => ({ role, name, rows, sha256 })),
  };
}
