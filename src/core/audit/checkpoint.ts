import type { TreeHead } from './merkle-proofs';

/** How far a log reaches and what it holds: kept elsewhere, it shows later that nothing up to there was changed or cut off. */
export interface Checkpoint extends TreeHead {
  /** Which log: one line without blanks. */
  readonly origin: string;
}

/** The text of a checkpoint: origin, size in decimal, root in base64, a line each (C2SP tlog-checkpoint). */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

/** Read the text of a checkpoint; further lines are extensions and passed over. Undefined where it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, size, base64] = text.split('\n');
  if (origin === undefined || origin === '' || size === undefined || base64 === undefined) return undefined;
  const root = Buffer.from(base64, 'base64');
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  if (root.length !== 32 || root.toString('base64') !== base64) return undefined;
  return { origin, size: Number(size), root };
}

/** The name of a ledger: from the SHA-256 of its first entry, so that no two ledgers share it and a new key does not change it. */
export const originOf = (firstEntrySha256: string): string => `dramatis/ledger/${firstEntrySha256.slice(0, 16)}`;
