import { parseCheckpoint, type Checkpoint } from './checkpoint';
import { leafHash } from './merkle';
import { verifyConsistency, verifyInclusion } from './merkle-proofs';
import { openNote, type NoteVerifier } from './signed-note';
import { parseConsistency, parseInclusion } from './tlog-proof';

export interface ProofToCheck {
  /** Text of a proof of inclusion. */
  readonly inclusion: string;
  /** Who must have signed the checkpoints. */
  readonly verifier: NoteVerifier;
  /** A checkpoint kept elsewhere, and the proof that the ledger grew out of it. */
  readonly kept?: { readonly checkpoint: string; readonly consistency: string };
}

export interface CheckedProof {
  /** Sentences; none where everything holds. */
  readonly problems: readonly string[];
  /** The text that is proven to be an entry, and its number; null where nothing is proven. */
  readonly entry: { readonly seq: number; readonly text: string } | null;
  /** The ledger it is an entry of, as far as the checkpoint reaches. */
  readonly ledger: { readonly origin: string; readonly size: number } | null;
  /** Entries of the kept checkpoint that the ledger is shown to have grown out of; null where none was given, or it did not. */
  readonly grewFrom: number | null;
}

const nothing = (...problems: string[]): CheckedProof => ({ problems, entry: null, ledger: null, grewFrom: null });

function opened(note: string, verifier: NoteVerifier): Checkpoint | undefined {
  const text = openNote(note, verifier);
  const checkpoint = text === undefined ? undefined : parseCheckpoint(text);
  return checkpoint?.origin === verifier.name ? checkpoint : undefined;
}

/** Check a proof of inclusion, and one of consistency, with nothing but the texts and a key. Never throws: what does not fit is a problem. */
export function checkProof({ inclusion, verifier, kept }: ProofToCheck): CheckedProof {
  const proof = parseInclusion(inclusion);
  if (proof === undefined) return nothing('this is no proof of inclusion with its record (C2SP tlog-proof)');
  const head = opened(proof.checkpoint, verifier);
  if (head === undefined) return nothing('the checkpoint of the proof is not signed with the key given, or is of another ledger');
  const { index, hashes, record } = proof;
  if (!verifyInclusion(leafHash(record), index, head.size, hashes, head.root))
    return nothing(`the record is not entry ${index + 1} of the ledger that the checkpoint is of`);
  const entry = { seq: index + 1, text: Buffer.from(record).toString('utf8') };
  const grown = kept === undefined ? null : growth(kept, head, verifier);
  const problems = typeof grown === 'string' ? [grown] : [];
  return { problems, entry, ledger: { origin: head.origin, size: head.size }, grewFrom: typeof grown === 'number' ? grown : null };
}

/** Size of the kept checkpoint where the ledger grew out of it, else what is wrong. */
function growth({ checkpoint, consistency }: NonNullable<ProofToCheck['kept']>, head: Checkpoint, verifier: NoteVerifier): number | string {
  const older = opened(checkpoint, verifier);
  if (older === undefined) return 'the checkpoint kept elsewhere is not signed with the key given, or is of another ledger';
  const proof = parseConsistency(consistency);
  if (proof === undefined) return 'this is no proof of consistency (C2SP tlog-witness)';
  const newer = opened(proof.checkpoint, verifier);
  if (newer === undefined || newer.size !== head.size || !newer.root.equals(head.root))
    return 'the proof of consistency is of another checkpoint than the proof of inclusion';
  if (proof.old !== older.size) return `the proof of consistency is from ${proof.old} entries, the checkpoint kept elsewhere covers ${older.size}`;
  return verifyConsistency(older, head, proof.hashes)
    ? older.size
    : `the ledger did not grow out of the checkpoint kept elsewhere: one of its first ${older.size} entries is not what it was`;
}
