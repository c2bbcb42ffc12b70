import type { ExtractReport, SourceExtract } from '../../contracts/reports';
import { PipelineError } from '../../contracts/errors';
import { digestOf } from '../audit/digest';

/** Facts of one column, with what only the hash may know: extremes of texts and their length. */
export interface ColumnFacts {
  readonly name: string;
  readonly from: string;
  readonly type: string;
  readonly nulls: number;
  readonly distinct: number;
  readonly low: string | null;
  readonly high: string | null;
  readonly length: number | string;
}

/** Minima and maxima are shown of numbers and dates only: those of texts are customer-level values. */
export function shownColumns(columns: readonly ColumnFacts[]): SourceExtract['columns'] {
  return columns.map(({ name, from, type, nulls, distinct, low, high }) => {
    const shown = type !== 'VARCHAR';
    return { name, from, type, nulls, distinct, min: shown ? low : null, max: shown ? high : null };
  });
}

/** Hash of the typed, pseudonymised columns: the same rows give the same hash from Parquet, CSV and NDJSON, in any order. */
export function profileHash(rows: number, columns: readonly ColumnFacts[]): string {
  return digestOf({ rows, columns: columns.map(({ from: _from, ...facts }) => facts) });
}

export interface RowCounts {
  readonly role: string;
  /** Counted without the engine (CSV, NDJSON), or by the file's own footer (Parquet). */
  readonly rowsIn: number;
  readonly kept: number;
  readonly rejected: readonly { readonly reason: string; readonly rows: number }[];
}

/** @throws PipelineError `ROWS_LOST` unless rows in = kept + rejected. */
export function assertNoRowLost({ role, rowsIn, kept, rejected }: RowCounts): void {
  const sum = kept + rejected.reduce((total, { rows }) => total + rows, 0);
  if (sum === rowsIn) return;
  throw new PipelineError(
    'ROWS_LOST',
    `${role}: the files have ${rowsIn} rows, but ${kept} kept and ${sum - kept} rejected rows make ${sum}; the text is not well-formed (quotes, line ends)`,
    {
      role,
      rowsIn,
      kept,
      rejected: sum - kept,
    },
  );
}

/** @throws PipelineError `REJECTED_TOO_MANY` with counts by reason. */
export function assertFewUnreadable({ role, rowsIn, rejected }: RowCounts, maxRejected: number): void {
  const unreadable = rejected.filter(({ reason }) => reason.startsWith('unreadable'));
  const rows = unreadable.reduce((total, entry) => total + entry.rows, 0);
  if (rows <= maxRejected * rowsIn) return;
  const reasons = unreadable.map((entry) => `${entry.reason}: ${entry.rows}`).join(', ');
  throw new PipelineError(
    'REJECTED_TOO_MANY',
    `${role}: ${rows} of ${rowsIn} rows cannot be read (${reasons}); sources.${role}.maxRejected allows ${maxRejected}. The records are in the vault`,
    {
      role,
      rowsIn,
      unreadable: rows,
      maxRejected,
      reasons: unreadable,
    },
  );
}

/** A whole number, or an exact decimal as text, with commas between thousands: `1,234`, `1,234.5600`. */
export const withCommas = (n: number | string): string => String(n).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');

/** "541,909 rows in 1 file, 12 rejected". */
export function describeExtract({ sources }: ExtractReport): string {
  return sources
    .map(
      ({ role, files, kept, rowsIn }) =>
        `${withCommas(kept)} ${role} from ${files.length} ${files.length === 1 ? 'file' : 'files'}${rowsIn > kept ? `, ${withCommas(rowsIn - kept)} rejected` : ''}`,
    )
    .join('; ');
}
