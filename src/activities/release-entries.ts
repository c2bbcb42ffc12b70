import type { ArtifactRef } from '../contracts/artifacts';
import type { Envelope } from '../contracts/envelope';
import type { Manifest, ReleaseCommit, SinkReceipt } from '../contracts/manifest';
import type { RefreshSummary, RunContext } from '../contracts/run';
import { digestOf } from '../core/audit';
import type { Ledger } from '../core/ports';

const subjectOf = ({ project, environment, n }: ReleaseCommit): string => `${project}/${environment}/${n}`;

/**
 * Enter a commit into the ledger before anything else is done with it: while a target is down, the release is known already. A commit
 * that some entry names is left alone, so it is safe to do again, and adds nothing to releases of before there was this entry.
 *
 * O(entries).
 */
export async function enterCommit(ledger: Ledger, commit: ReleaseCommit): Promise<void> {
  const { n, runId, rollbackOf, digest, resultDigest, idempotencyKey, actor, reason, at, signed } = commit;
  const subject = subjectOf(commit);
  const commitSha256 = digestOf(commit);
  const entries = await ledger.read();
  if (entries.some((entry) => entry.subject === subject && (entry.body as Record<string, unknown>).commitSha256 === commitSha256)) return;
  // A rollback is no act of the run whose artifacts it brings back.
  const origin = rollbackOf === undefined ? { runId } : { rollbackOf };
  await ledger.append({
    type: 'release.committed',
    actor,
    reason,
    at,
    subject,
    body: { release: n, ...origin, commitSha256, digest, resultDigest, idempotencyKey, ...(signed && { signed }) },
  });
}

export interface Published {
  readonly run: RunContext;
  readonly manifest: Manifest;
  readonly stored: ArtifactRef;
  readonly envelope: Envelope;
  readonly commit: ReleaseCommit | null;
  readonly outcome: RefreshSummary['outcome'];
  readonly receipts: readonly SinkReceipt[];
  /** ISO timestamp. */
  readonly at: string;
}

/** Enter what came of a release and of its run. A release that is delivered nowhere gets its only entry here: `release.committed`. */
export async function enterOutcome(
  ledger: Ledger,
  { run, manifest, stored, envelope, commit, outcome, receipts, at }: Published,
): Promise<void> {
  const { runId, attempt, actor, reason } = run;
  const { digest, resultDigest, idempotencyKey } = manifest;
  if (commit !== null) {
    await ledger.append({
      type: `release.${outcome}`,
      actor,
      reason,
      at,
      subject: subjectOf(commit),
      // The hash of the commit file: a commit changed later no longer fits this signed entry.
      body: {
        runId,
        attempt,
        release: commit.n,
        commitSha256: digestOf(commit),
        digest,
        resultDigest,
        idempotencyKey,
        manifest: stored.sha256,
        ...(commit.approval && { approval: commit.approval }),
        receipts,
      },
    });
  }
  await ledger.append({
    type: 'run.finished',
    actor,
    reason,
    at,
    subject: runId,
    // Which envelope, so that one that is taken away is missed.
    body: { attempt, outcome, digest, resultDigest, manifest: stored.sha256, envelope: digestOf(envelope), release: commit?.n ?? null },
  });
}
