import { PipelineError } from '../contracts/errors';
import type { ReleaseCommit, SinkReceipt } from '../contracts/manifest';
import type { RollbackStatement, SignedRollback } from '../contracts/rollback';
import { digestOf } from '../core/audit';
import type { Ledger, ReleaseStore, Sink } from '../core/ports';
import { deliverTo } from './publish';
import { enterCommit } from './release-entries';

export interface RollbackDeps {
  readonly releases: ReleaseStore;
  readonly ledger: Ledger;
  readonly sinks: readonly Sink[];
  /** What is wrong with a release's artifacts, one sentence each; none where it can be brought back. */
  check(commit: ReleaseCommit): Promise<readonly string[]>;
  /** Sign with the key of who acts; null in a store without actors. */
  sign(statement: RollbackStatement): Promise<SignedRollback | null>;
  now(): number;
}

export interface RollbackRequest {
  readonly project: string;
  readonly environment: string;
  /** Null: the one that was current before. */
  readonly release: number | null;
  readonly actor: string;
  readonly reason: string;
}

export interface Rollback {
  readonly commit: ReleaseCommit;
  /** False where the release had been brought back already and only targets were looked after. */
  readonly created: boolean;
}

/** The release whose artifacts a release has. */
const originOf = ({ n, rollbackOf }: ReleaseCommit): number => rollbackOf ?? n;

const subjectOf = ({ project, environment, n }: ReleaseCommit): string => `${project}/${environment}/${n}`;

/** Whether a rollback got to its last step. */
const isFinished = async (ledger: Ledger, commit: ReleaseCommit): Promise<boolean> =>
  (await ledger.read()).some(({ type, subject }) => type === 'release.rolled-back' && subject === subjectOf(commit));

/**
 * Bring an earlier release back as a new one: same artifacts, next number, so every target takes it as it takes any other.
 *
 * A rollback that died before its targets had it is taken up again: by its number, or without one as long as it is current and the ledger
 * does not say that it was finished. So a second try never goes one release further back.
 *
 * @throws PipelineError `RELEASE_NOT_FOUND`, `ROLLBACK_REFUSED`, what `sign` throws, or `RELEASE_MOVED` where another release became current meanwhile.
 */
export async function commitRollback(deps: RollbackDeps, request: RollbackRequest): Promise<Rollback> {
  const { releases, ledger, now } = deps;
  const { project, environment, actor, reason } = request;
  const line = `${project} (${environment})`;
  const current = await releases.current(project, environment);
  if (current === undefined) throw new PipelineError('RELEASE_NOT_FOUND', `nothing has been published for ${line} yet`, { project, environment });
  if (current.rollbackOf !== undefined) {
    // Whatever is asked for now, what was done before must not be missing from the ledger.
    await enterCommit(ledger, current);
    if (request.release === null && !(await isFinished(ledger, current))) return { commit: current, created: false };
  }
  const wanted = request.release ?? (await before(releases, current));
  const asked = await releases.read(project, environment, wanted);
  const origin = originOf(asked);
  if (current.rollbackOf === origin) return { commit: current, created: false };
  const refuse = (why: string): PipelineError =>
    new PipelineError('ROLLBACK_REFUSED', `release ${wanted} of ${line} cannot be brought back: ${why}`, { release: wanted, current: current.n });
  if (origin === originOf(current)) throw refuse('it is current');
  if (!asked.promoted) throw refuse('it was committed late and never was current');
  const [problem] = await deps.check(asked);
  if (problem !== undefined) throw refuse(problem);
  const { parent, asOf, runId, digest, resultDigest, manifest, artifacts, lookAhead } = asked;
  const at = new Date(now()).toISOString();
  const signed = await deps.sign({ purpose: 'dramatis/rollback/1', project, environment, from: current.n, to: origin, actor, reason, at });
  const idempotencyKey = digestOf({ rollbackOf: origin, from: current.n, project, environment });
  const what = { project, environment, parent, rollbackOf: origin, asOf, runId, idempotencyKey, digest, resultDigest, manifest, artifacts, ...(lookAhead && { lookAhead }) };
  return releases.commit({ ...what, at, actor, reason, ...(signed && { signed }) }, current.n);
}

/** Enter a rollback into the ledger, deliver it to every target and enter what they took; safe to do again. */
export async function deliverRollback({ sinks, ledger }: RollbackDeps, { commit }: Rollback): Promise<SinkReceipt[]> {
  await enterCommit(ledger, commit);
  const receipts = await deliverTo(sinks, commit);
  const { n, rollbackOf, actor, reason, at, digest, resultDigest, signed } = commit;
  await ledger.append({
    type: 'release.rolled-back',
    actor,
    reason,
    at,
    subject: subjectOf(commit),
    body: { release: n, rollbackOf, commitSha256: digestOf(commit), digest, resultDigest, ...(signed && { signed }), receipts },
  });
  return receipts;
}

async function before(releases: ReleaseStore, current: ReleaseCommit): Promise<number> {
  const origin = originOf(current);
  const earlier = (await releases.list(current.project, current.environment)).filter(({ n, promoted }) => promoted && n < origin);
  const last = earlier[earlier.length - 1];
  if (last !== undefined) return last.n;
  throw new PipelineError('ROLLBACK_REFUSED', `release ${current.n} of ${current.project} (${current.environment}) is current, and none was before it`, { current: current.n });
}
