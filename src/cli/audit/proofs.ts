import { ENDED, isReleaseEntry } from '../../adapters/audit';
import { readTexts, type LedgerEntry } from '../../adapters/ledger';
import type { Store } from '../../adapters/store';
import { PipelineError } from '../../contracts/errors';
import { consistencyText, inclusionText, originOf, parseCheckpoint, type Checkpoint } from '../../core/audit';

/** What an entry of a ledger is proven with. */
export interface Proofs {
  readonly entry: LedgerEntry;
  readonly checkpoint: Checkpoint;
  /** C2SP tlog-proof, with the entry's text. */
  readonly inclusion: string;
  /** From the checkpoint given to that of `inclusion`; null where none was given. */
  readonly consistency: { readonly from: number; readonly text: string } | null;
}

export interface ProofOptions {
  /** Text of the checkpoint to prove in; left out: one of the whole ledger, signed now. */
  readonly at?: string;
  /** Text of a checkpoint kept elsewhere, to prove that the ledger grew out of it. */
  readonly against?: string;
}

/**
 * Proofs about one entry: that it is part of the ledger, and that the ledger grew out of an earlier checkpoint.
 *
 * Reads and checks the whole ledger; writes nothing. Signs a checkpoint unless one is given.
 *
 * @param what Number of an entry, `project/environment/number` of a release, or a run.
 * @throws PipelineError `LEDGER_CORRUPT`, `LEDGER_EMPTY`, `RELEASE_NOT_FOUND`, `RUN_NOT_FOUND`, `CONFIG_INVALID`.
 */
export async function proofsOf({ home, ledger }: Store, what: string, { at, against }: ProofOptions): Promise<Proofs> {
  // Signed before it is read: an entry that comes in between is beyond the checkpoint.
  const signed = at === undefined ? await ledger.checkpoint() : undefined;
  const { sound, tree, firstBad } = await ledger.check();
  if (firstBad) throw new PipelineError('LEDGER_CORRUPT', `${firstBad.problem}: a damaged ledger proves nothing`, { seq: firstBad.seq });
  const entry = entryOf(sound.map((stored) => stored.entry), what);
  const checkpoint: Checkpoint = signed ?? own('--at', at!);
  const note = signed?.note ?? at!;
  if (entry.seq > checkpoint.size)
    throw new PipelineError('CONFIG_INVALID', `the checkpoint given with --at covers ${checkpoint.size} entries, not entry ${entry.seq}: leave it out, or give a later one`, { seq: entry.seq, size: checkpoint.size });
  const record = Buffer.from((await readTexts(home))[entry.seq - 1]!);
  const inclusion = inclusionText({ index: entry.seq - 1, hashes: tree.inclusion(entry.seq - 1, checkpoint.size), record, checkpoint: note });
  return { entry, checkpoint, inclusion, consistency: against === undefined ? null : grownFrom(against) };

  /** A checkpoint from outside is taken only where this ledger gives it. */
  function own(option: string, text: string): Checkpoint {
    const given = parseCheckpoint(text);
    const [first] = sound;
    const fits = given !== undefined && first !== undefined && given.origin === originOf(first.sha256) && given.size >= 1 && given.size <= tree.size;
    if (fits && tree.root(given.size).equals(given.root)) return given;
    throw new PipelineError('CONFIG_INVALID', `the file given with ${option} is no checkpoint that this ledger gives: "dramatis audit verify --against" says what differs`, { option });
  }

  function grownFrom(text: string): Proofs['consistency'] {
    const { size } = own('--against', text);
    if (size > checkpoint.size) throw new PipelineError('CONFIG_INVALID', `the checkpoint given with --against covers ${size} entries, more than the ${checkpoint.size} of that given with --at`, { size });
    return { from: size, text: consistencyText({ old: size, hashes: tree.consistency(size, checkpoint.size), checkpoint: note }) };
  }
}

function entryOf(entries: readonly LedgerEntry[], what: string): LedgerEntry {
  if (/^[1-9]\d*$/.test(what)) {
    const entry = entries[Number(what) - 1];
    if (entry !== undefined) return entry;
    throw new PipelineError('CONFIG_INVALID', `there is no ledger entry ${what}: there are 1 to ${entries.length}; a release is named project/environment/number`, { entry: what });
  }
  return what.includes('/') ? releaseEntry(entries, what) : runEntry(entries, what);
}

/** What was last said of a release: where it went, or while that is not known, that it was committed. */
function releaseEntry(entries: readonly LedgerEntry[], subject: string): LedgerEntry {
  const made = entries.filter((entry) => entry.subject === subject && isReleaseEntry(entry) && entry.type !== 'release.unchanged');
  const entry = made.find(({ type }) => type !== 'release.committed') ?? made[0];
  if (entry !== undefined) return entry;
  throw new PipelineError('RELEASE_NOT_FOUND', `the ledger has no release ${subject}: "dramatis audit log --type release" lists them`, { release: subject });
}

/** How the last attempt of a run ended, or that it was started. */
function runEntry(entries: readonly LedgerEntry[], runId: string): LedgerEntry {
  const entry = entries.filter(({ type, subject }) => subject === runId && (type in ENDED || type === 'run.started')).pop();
  if (entry !== undefined) return entry;
  throw new PipelineError('RUN_NOT_FOUND', `the ledger has no run ${runId}: "dramatis audit log --type run.started" lists them`, { runId });
}
