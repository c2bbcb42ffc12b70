import { isSignedDecision, type Approval } from '../../contracts/gate';
import { isSignedRollback } from '../../contracts/rollback';
import { Registrar, statementObjection } from '../actors';
import { objectionTo } from '../gate';
import { digestOf } from './digest';
import type { LoggedAct } from './who';

/** An entry that claims what nobody signed who could. */
export interface WrongAct {
  readonly seq: number;
  /** Goes on from "ledger entry N": what it is, and why it does not count. */
  readonly problem: string;
}

const ASKED = { 'release.approved': 'approve', 'release.rejected': 'reject' } as const;
const attemptOf = (runId: unknown, attempt: unknown): string => `${String(runId)}#${String(attempt)}`;

/** Looks at the signed acts of a ledger, entry by entry, with the actors and keys that it has up to there. */
class SignedActs {
  private readonly registrar = new Registrar();
  /** Who started an attempt of a run. */
  private readonly starters = new Map<string, string>();
  /** Digests of the approvals that count. */
  private readonly approvals = new Set<string>();
  /** SHA-256 of the commit of each rollback that counts → digest of what was signed, null where nobody had to. */
  private readonly rollbacks = new Map<unknown, string | null>();
  private readonly refusedChanges = new Map<number, LoggedAct>();

  problemOf(entry: LoggedAct): string | undefined {
    const { type, subject, actor, body } = entry;
    if (type === 'run.started') this.starters.set(attemptOf(subject, body.attempt), actor);
    if (type === 'release.approved' || type === 'release.rejected') return this.decision(entry, ASKED[type]);
    if (type.startsWith('release.') && typeof body.commitSha256 === 'string')
      return type === 'release.rolled-back' || body.rollbackOf !== undefined ? this.rollback(entry) : this.release(entry);
    if (type.startsWith('actor.')) this.change(entry);
    if (type === 'action.refused' && body.code === 'ACTOR_CHANGE_REFUSED') this.settle(entry);
    return undefined;
  }

  /** Changes of actors that do not count and that nobody was told so of. */
  get changes(): WrongAct[] {
    return this.registrar.refused
      .filter(({ seq }) => this.refusedChanges.has(seq))
      .map(({ seq, problem }) => ({ seq, problem: `is a change of actors that does not count: ${problem}` }));
  }

  private change(entry: LoggedAct): void {
    const known = this.registrar.refused.length;
    this.registrar.take({ ...entry });
    if (this.registrar.refused.length > known) this.refusedChanges.set(entry.seq, entry);
  }

  /** Of two who change something at once the later is refused after its entry was written: it says so itself. */
  private settle({ subject, at }: LoggedAct): void {
    for (const [seq, entry] of this.refusedChanges) if (entry.subject === subject && entry.at === at) this.refusedChanges.delete(seq);
  }

  private decision({ subject, actor, reason, at, body }: LoggedAct, asked: 'approve' | 'reject'): string | undefined {
    const { signed, digest, attempt } = body;
    const wrong = (why: string): string => `is ${asked === 'approve' ? 'an approval' : 'a rejection'} that does not count: ${why}`;
    if (!isSignedDecision(signed)) return wrong('nobody signed it');
    const { statement } = signed;
    if (statement.actor !== actor || statement.reason !== reason) return wrong('the entry says something else than what is signed');
    const starter = this.starters.get(attemptOf(subject, attempt)) ?? '';
    const objection = objectionTo(signed, { registry: this.registrar, runId: subject, starter, heldDigest: String(digest), asked, now: at });
    if (objection) return wrong(objection.message);
    if (asked === 'approve') this.approvals.add(digestOf(signed));
    return undefined;
  }

  /** A release that names an approver has a signature that stands in an entry of its own, about exactly what was released. */
  private release({ type, body }: LoggedAct): string | undefined {
    const approval = body.approval as Approval | undefined;
    if (approval === undefined) return undefined;
    const { approver, signed, digest } = approval;
    if (type !== 'release.unchanged' && digest !== body.digest) return 'names an approval of another digest than was released';
    if (signed === null) return approver.startsWith('gate/') ? undefined : `names ${approver} as approver, who signed nothing`;
    const fits = this.approvals.has(digestOf(signed)) && signed.statement.digest === digest && signed.statement.actor === approver;
    return fits ? undefined : `names an approval by ${approver} that no entry before it has`;
  }

  private rollback({ type, subject, actor, reason, at, body }: LoggedAct): string | undefined {
    const { signed, commitSha256, rollbackOf, release } = body;
    const wrong = (why: string): string => `is a rollback that does not count: ${why}`;
    const digest = signed === undefined ? null : digestOf(signed);
    // Delivery may take days. What counted when it was committed counts when it is done.
    if (type === 'release.rolled-back' && this.rollbacks.has(commitSha256))
      return this.rollbacks.get(commitSha256) === digest ? undefined : wrong('it is signed otherwise than the entry of its commit');
    if (signed === undefined) {
      if (this.registrar.actors.size > 0) return wrong('nobody signed it, though there are actors');
    } else {
      if (!isSignedRollback(signed)) return wrong('nobody signed it');
      const { statement } = signed;
      const line = `${statement.project}/${statement.environment}/${String(release)}`;
      const same = line === subject && statement.to === rollbackOf && statement.actor === actor && statement.reason === reason && statement.at === at;
      if (!same) return wrong('the entry says something else than what is signed');
      const objection = statementObjection(this.registrar, 'rollback', signed);
      if (objection !== undefined) return wrong(objection);
    }
    this.rollbacks.set(commitSha256, digest);
    return undefined;
  }
}

/**
 * Approvals, rejections, rollbacks and changes of actors that nobody signed who could at that time, or that say something else than what
 * was signed; and releases whose approval is none of these. Erasures: see `erasuresIn`.
 *
 * A key counts from the entry that gives it to its actor up to the one that rotates or revokes it. Rollbacks of before there were actors
 * are not signed.
 *
 * @param entries The whole ledger, in order; its chain and its own signatures are checked elsewhere.
 *
 * O(entries), one signature check per signed act.
 */
export function wrongActs(entries: readonly LoggedAct[]): WrongAct[] {
  const acts = new SignedActs();
  const wrong = entries.flatMap((entry) => {
    const problem = acts.problemOf(entry);
    return problem === undefined ? [] : [{ seq: entry.seq, problem }];
  });
  return [...wrong, ...acts.changes].sort((a, b) => a.seq - b.seq);
}
