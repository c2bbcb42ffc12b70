import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Envelope } from '../../contracts/envelope';
import { PipelineError } from '../../contracts/errors';
import { checkpointText, originOf, sealEnvelope, signNote, verifierText, type Checkpoint } from '../../core/audit';
import type { Ledger } from '../../core/ports';
import { atOnce } from '../at-once';
import { shelfAt, type Place, type Shelf } from '../shelf';
import { checkEntries, headOf, type CheckedEntries, type LedgerFault, type LedgerHead } from './check';
import {
  LEDGER_FORMAT,
  parseEntry,
  sameness,
  writeEntry,
  type LedgerDraft,
  type LedgerEntry,
  type StoredEntry,
} from './entry';
import { keyOf, lastOf, readTexts } from './files';
import { keyIdOf, signingKey, verifyingKey } from './keys';

export interface LedgerCheck {
  readonly entries: number;
  /** The first entry at fault; null where all is well. */
  readonly firstBad: LedgerFault | null;
  readonly head: LedgerHead | null;
}

export interface CheckedLedger extends Ledger {
  read(): Promise<readonly LedgerEntry[]>;
  /** Walk the chain from its first entry: numbers, hashes, signatures; then compare with a head kept elsewhere, if given. */
  verify(against?: LedgerHead): Promise<LedgerCheck>;
  /** As `verify`, with the sound entries and the Merkle tree over them. */
  check(): Promise<CheckedEntries>;
  /**
   * What the whole ledger holds now, as a note signed with its key, to be kept elsewhere.
   *
   * @throws PipelineError `LEDGER_CORRUPT`: a damaged ledger is never signed for; `LEDGER_EMPTY` where there is nothing to sign for.
   */
  checkpoint(): Promise<SignedCheckpoint>;
}

export interface SignedCheckpoint extends Checkpoint {
  /** C2SP signed note. */
  readonly note: string;
  /** Who verifies it: `name+hash+key`. */
  readonly verifier: string;
}

/** Entries in `ledger/<seq>.json`, created once, each naming the hash of the one before. */
class Entries implements CheckedLedger {
  /** Entries read so far: they never change, so only new ones are read at the next append. */
  private readonly known: StoredEntry[] = [];
  private readonly places = new Map<string, number>();
  private queue: Promise<unknown> = Promise.resolve();
  private key: Promise<{ readonly key: KeyObject; readonly keyId: string }> | undefined;

  constructor(private readonly shelf: Shelf) {}

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
    const texts = await readTexts(this.shelf);
    const { sound, firstBad } = checkEntries(texts, await verifyingKey(this.shelf), against);
    return { entries: texts.length, firstBad, head: headOf(sound.at(-1)) };
  }

  async check(): Promise<CheckedEntries> {
    return checkEntries(await readTexts(this.shelf), await verifyingKey(this.shelf));
  }

  async checkpoint(): Promise<SignedCheckpoint> {
    const { sound, tree, firstBad } = await this.check();
    if (firstBad) throw new PipelineError('LEDGER_CORRUPT', `${firstBad.problem}: a damaged ledger is not signed for`, { seq: firstBad.seq });
    const [first] = sound;
    if (first === undefined) throw new PipelineError('LEDGER_EMPTY', 'the ledger has no entry yet: there is nothing to keep a checkpoint of; "dramatis run" writes the first');
    const { key } = await this.signer();
    const checkpoint = { origin: originOf(first.sha256), size: tree.size, root: tree.root() };
    const { origin: name } = checkpoint;
    return {
      ...checkpoint,
      note: signNote(checkpointText(checkpoint), name, key),
      verifier: verifierText({ name, key: createPublicKey(key) }),
    };
  }

  async seal(payloadType: string, payload: string): Promise<Envelope> {
    const { key, keyId } = await this.signer();
    return sealEnvelope(payloadType, payload, key, keyId);
  }

  private async signer(): Promise<{ readonly key: KeyObject; readonly keyId: string }> {
    this.key ??= signingKey(this.shelf).then((key) => ({ key, keyId: keyIdOf(createPublicKey(key)) }));
    return this.key.catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
  }

  private async appendNow(draft: LedgerDraft): Promise<{ readonly seq: number }> {
    const same = sameness(draft);
    const { key, keyId } = await this.signer();
    for (;;) {
      await this.catchUp();
      const there = this.places.get(same);
      if (there !== undefined) return { seq: there };
      const seq = this.known.length + 1;
      if (!(await this.shelf.create(keyOf(seq), writeEntry(draft, this.known[seq - 2], key, keyId)))) continue;
      await this.catchUp();
      return { seq };
    }
  }

  /** One at a time within the process; between processes and hosts it is decided by who creates the entry. */
  private queued<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async catchUp(): Promise<void> {
    const last = await lastOf(this.shelf, this.known.length);
    if (last < this.known.length) throw corrupt(last + 1, 'is missing');
    const fresh = Array.from({ length: last - this.known.length }, (_, i) => this.known.length + i + 1);
    const texts = await atOnce(fresh, (seq) => this.shelf.read(keyOf(seq)));
    for (const [i, seq] of fresh.entries()) {
      const text = texts[i];
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

const corrupt = (seq: number, problem: string): PipelineError =>
  new PipelineError('LEDGER_CORRUPT', `ledger entry ${seq} ${problem}: restore it from a backup`, { seq });

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Signed with the key of `signingKey`. */
export const createLedger = (place: Place): CheckedLedger => new Entries(shelfAt(place));
