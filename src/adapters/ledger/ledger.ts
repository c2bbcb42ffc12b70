import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import type { Ledger } from '../../core/ports';
import { createOnce, errnoOf, readIfThere } from '../artifacts/files';
import {
  faultOf,
  LEDGER_FORMAT,
  parseEntry,
  sameness,
  writeEntry,
  type LedgerDraft,
  type LedgerEntry,
  type StoredEntry,
} from './entry';
import { keyIdOf, signingKey, verifyingKey } from './keys';

/** How far a ledger reaches, kept outside of it: what comes before cannot be cut off or rewritten unseen. */
export interface LedgerHead {
  readonly seq: number;
  readonly sha256: string;
}

export interface LedgerCheck {
  readonly entries: number;
  /** The first entry at fault; null where all is well. */
  readonly firstBad: { readonly seq: number; readonly problem: string } | null;
  readonly head: LedgerHead | null;
}

export interface FolderLedger extends Ledger {
  read(): Promise<readonly LedgerEntry[]>;
  /** Walk the chain from its first entry: numbers, hashes, signatures; then compare with a head kept elsewhere, if given. */
  verify(against?: LedgerHead): Promise<LedgerCheck>;
}

const nameOf = (seq: number): string => `${String(seq).padStart(8, '0')}.json`;

/** Entries in `<home>/ledger/<seq>.json`, created once, each naming the hash of the one before. */
class Entries implements FolderLedger {
  /** Entries read so far: they never change, so only new ones are read at the next append. */
  private readonly known: StoredEntry[] = [];
  private readonly places = new Map<string, number>();
  private queue: Promise<unknown> = Promise.resolve();
  private key: Promise<{ readonly key: KeyObject; readonly keyId: string }> | undefined;

  constructor(private readonly home: string) {}

  /**
   * Append an entry, once per (type, subject, body): put into the body what tells two occurrences apart, such as the attempt.
   *
   * @throws PipelineError `LEDGER_CORRUPT` where the chain is broken: nothing is appended to it.
   */
  append(draft: LedgerDraft): Promise<{ readonly seq: number }> {
    return this.queued(() => this.appendNow(draft));
  }

  read(): Promise<readonly LedgerEntry[]> {
    return this.queued(async () => {
      await this.catchUp();
      return this.known.map(({ entry }) => entry);
    });
  }

  async verify(against?: LedgerHead): Promise<LedgerCheck> {
    const last = await this.last();
    const key = await verifyingKey(this.home);
    let before: StoredEntry | undefined;
    const bad = (seq: number, problem: string): LedgerCheck => ({
      entries: last,
      firstBad: { seq, problem: `entry ${seq} ${problem}` },
      head: headOf(before),
    });
    for (let seq = 1; seq <= last; seq++) {
      const text = await readIfThere(this.placeOf(seq));
      if (text === undefined) return bad(seq, 'is missing');
      if (key === undefined) return bad(seq, 'cannot be checked: keys/ledger.pub is missing');
      const fault = faultOf(text, seq, before, key);
      if (fault !== undefined) return bad(seq, fault);
      before = parseEntry(text)!;
      if (against?.seq === seq && against.sha256 !== before.sha256)
        return bad(seq, 'is not the one the given head names');
    }
    if (against !== undefined && against.seq > last)
      return bad(last + 1, `is missing: the given head reaches to entry ${against.seq}`);
    return { entries: last, firstBad: null, head: headOf(before) };
  }

  private async appendNow(draft: LedgerDraft): Promise<{ readonly seq: number }> {
    const same = sameness(draft);
    this.key ??= signingKey(this.home).then((key) => ({ key, keyId: keyIdOf(createPublicKey(key)) }));
    const { key, keyId } = await this.key.catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    for (;;) {
      await this.catchUp();
      const there = this.places.get(same);
      if (there !== undefined) return { seq: there };
      const seq = this.known.length + 1;
      if (!(await createOnce(this.home, this.placeOf(seq), writeEntry(draft, this.known[seq - 2], key, keyId))))
        continue;
      await this.catchUp();
      return { seq };
    }
  }

  /** One at a time within the process; between processes the create-only link decides. */
  private queued<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private placeOf(seq: number): string {
    return join(this.home, 'ledger', nameOf(seq));
  }

  /** Highest entry number there is, 0 for an empty ledger. */
  private async last(): Promise<number> {
    const names = await readdir(join(this.home, 'ledger')).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    return names.reduce((max, name) => Math.max(max, Number(/^(\d{8,})\.json$/.exec(name)?.[1] ?? 0)), 0);
  }

  private async catchUp(): Promise<void> {
    const last = await this.last();
    if (last < this.known.length) throw corrupt(last + 1, 'is missing');
    for (let seq = this.known.length + 1; seq <= last; seq++) {
      const text = await readIfThere(this.placeOf(seq));
      if (text === undefined) throw corrupt(seq, 'is missing');
      const format = (safeJson(text) as { format?: unknown } | null | undefined)?.format;
      if (typeof format === 'number' && format > LEDGER_FORMAT) {
        throw new PipelineError(
          'FORMAT_TOO_NEW',
          `ledger entry ${seq} was written in format ${format}, this version reads up to ${LEDGER_FORMAT}: use the newer version`,
          { seq, format },
        );
      }
      const stored = parseEntry(text);
      if (stored === undefined) throw corrupt(seq, 'cannot be read');
      if (stored.entry.seq !== seq || stored.entry.prev !== (this.known[seq - 2]?.sha256 ?? null))
        throw corrupt(seq, 'does not fit the entry before it');
      this.places.set(sameness(stored.entry), seq);
      this.known.push(stored);
    }
  }
}

const headOf = (stored: StoredEntry | undefined): LedgerHead | null =>
  stored ? { seq: stored.entry.seq, sha256: stored.sha256 } : null;

const corrupt = (seq: number, problem: string): PipelineError =>
  new PipelineError('LEDGER_CORRUPT', `ledger entry ${seq} ${problem}: restore it from a backup`, { seq });

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ledger in a folder, signed with `<home>/keys/ledger.key`. */
export const createLedger = (home: string): FolderLedger => new Entries(home);
