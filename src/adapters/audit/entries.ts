import type { LedgerEntry } from '../ledger';

/** How an attempt of a run ended, as the ledger says it. */
export const ENDED = {
  'run.finished': 'succeeded',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
  'run.rejected': 'rejected',
  'run.expired': 'expired',
} as const;

/** The entries of a ledger, by what they are about. */
export class EntryIndex {
  private readonly bySubject = new Map<string, LedgerEntry[]>();
  readonly collections: LedgerEntry[] = [];
  readonly checkpoints: LedgerEntry[] = [];
  readonly archives: LedgerEntry[] = [];
  readonly releases: LedgerEntry[] = [];
  /** Ids of all runs that were ever started. */
  readonly runs = new Set<string>();

  constructor(readonly entries: readonly LedgerEntry[]) {
    for (const entry of entries) {
      const { type, subject } = entry;
      const same = this.bySubject.get(subject);
      if (same) same.push(entry);
      else this.bySubject.set(subject, [entry]);
      if (type === 'ledger.checkpoint') this.checkpoints.push(entry);
      if (type === 'run.archived') this.archives.push(entry);
      if (isReleaseEntry(entry)) this.releases.push(entry);
      if (type === 'gc.removed') this.collections.push(entry);
      if (type === 'run.started') this.runs.add(subject);
    }
  }

  about(subject: string): readonly LedgerEntry[] {
    return this.bySubject.get(subject) ?? [];
  }

  /** The entry with which an attempt of a run ended. */
  endOf(runId: string, attempt: number): LedgerEntry | undefined {
    return this.about(runId).find(({ type, body }) => type in ENDED && body.attempt === attempt);
  }
}

/** An entry that says a commit was made, or found again; all name the commit by its hash. */
export const isReleaseEntry = ({ type, body }: LedgerEntry): boolean => type.startsWith('release.') && typeof body.commitSha256 === 'string';
