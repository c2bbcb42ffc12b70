import { PipelineError } from '../contracts/errors';
import type { ReleaseCommit, SinkReceipt } from '../contracts/manifest';
import { digestOf } from '../core/audit';
import type { Ledger, ReleaseStore, Sink } from '../core/ports';
import { deliverTo } from './publish';

export interface RollbackDeps {
  readonly releases: ReleaseStore;
  readonly ledger: Ledger;
  readonly sinks: readonly Sink[];
  /** What is wrong with a release's artifacts, one sentence each; none where it can be brought back. */
  check(commit: ReleaseCommit): Promise<readonly string[]>;
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

/**
 * Bring an earlier release back as a new one: same artifacts, next number, so every target takes it as it takes any other.
 *
 * @throws PipelineError `RELEASE_NOT_FOUND`, `ROLLBACK_REFUSED`, or `RELEASE_MOVED` where another release became current meanwhile.
 */
export async function commitRollback(deps: RollbackDeps, request: RollbackRequest): Promise<Rollback> {
  const { releases, now } = deps;
  const { project, environment, actor, reason } = request;
  const line = `${project} (${environment})`;
  const current = await releases.current(project, environment);
  if (current === undefined) throw new PipelineError('RELEASE_NOT_FOUND', `nothing has been published for ${line} yet`, { project, environment });
  const wanted = request.release ?? (await before(releases, current));
  const asked = await releases.read(project, environment, wanted);
  const origin = originOf(asked);
  // A rollback that died before its targets had it is taken up again.
  if (current.rollbackOf === origin) return { commit: current, created: false };
  const refuse = (why: string): PipelineError =>
    new PipelineError('ROLLBACK_REFUSED', `release ${wanted} of ${line} cannot be brought back: ${why}`, { release: wanted, current: current.n });
  if (origin === originOf(current)) throw refuse('it is current');
  if (!asked.promoted) throw refuse('it was committed late and never was current');
  const [problem] = await deps.check(asked);
  if (problem !== undefined) throw refuse(problem);
  const { parent, asOf, runId, digest, resultDigest, manifest, artifacts, lookAhead } = asked;
  const at = new Date(now()).toISOString();
  const idempotencyKey = digestOf({ rollbackOf: origin, from: current.n, project, environment });
  const draft = { project, environment, parent, rollbackOf: origin, asOf, runId, idempotencyKey, digest, resultDigest, manifest, artifacts, at, actor, reason, ...(lookAhead && { lookAhead }) };
  return releases.commit(draft, current.n);
}

/** Deliver a rollback to every target and enter it into the ledger; safe to do again. */
export async function deliverRollback({ sinks, ledger }: RollbackDeps, { commit }: Rollback): Promise<SinkReceipt[]> {
  const receipts = await deliverTo(sinks, commit);
  const { project, environment, n, rollbackOf, actor, reason, at, digest, resultDigest } = commit;
  await ledger.append({
    type: 'release.rolled-back',
    actor,
    reason,
    at,
    subject: `${project}/${environment}/${n}`,
    body: { release: n, rollbackOf, commitSha256: digestOf(commit), digest, resultDigest, receipts },
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
