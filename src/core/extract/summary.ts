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

/** Where the first row with a reason lies. */
export interface FirstLine {
  readonly reason: string;
  readonly file: string;
  /** Physical line, 1-based. */
  readonly line: number;
}

const unreadableOf = (rejected: RowCounts['rejected']): RowCounts['rejected'] =>
  rejected.filter(({ reason }) => reason.startsWith('unreadable'));

/** Whether more rows cannot be read than the share that is allowed. */
export function tooManyUnreadable({ rowsIn, rejected }: RowCounts, maxRejected: number): boolean {
  return unreadableOf(rejected).reduce((total, entry) => total + entry.rows, 0) > maxRejected * rowsIn;
}

/**
 * `REJECTED_TOO_MANY` with counts by reason, and the first lines where they are known.
 *
 * @param hint What may be the cause, as the end of the message.
 */
export function rejectedTooMany(
  { role, rowsIn, rejected }: RowCounts,
  maxRejected: number,
  lines: readonly FirstLine[],
  hint: string,
): PipelineError {
  const unreadable = unreadableOf(rejected);
  const rows = unreadable.reduce((total, entry) => total + entry.rows, 0);
  const reasons = unreadable
    .map(({ reason, rows: n }) => {
      const places = lines.filter((first) => first.reason === reason).slice(0, 3);
      const first = places.map(({ file, line }) => `${file} line ${line}`).join(', ');
      return `${reason}: ${n}${first === '' ? '' : ` (first: ${first})`}`;
    })
    .join(', ');
  return new PipelineError(
    'REJECTED_TOO_MANY',
    `${role}: ${rows} of ${rowsIn} rows cannot be read (${reasons}); sources.${role}.maxRejected allows ${maxRejected}. The records are in the vault${hint}`,
    {
      role,
      rowsIn,
      unreadable: rows,
      maxRejected,
      reasons: unreadable,
      lines,
    },
  );
}

/** A whole number, or an exact decimal as text, with commas between thousands: `1,234`, `1,234.5600`. */
export const withCommas = (n: number | string): string => String(n).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');

/** Share of rows after the as-of day from which on they are named: it may be the wrong day, or a wrong clock. */
const MANY_AFTER = 0.01;

/** Rows after the as-of day where they are more than 1 % of all, else 0. */
export function afterAsOf({ rowsIn, rejected }: Pick<RowCounts, 'rowsIn' | 'rejected'>): number {
  const rows = rejected.find(({ reason }) => reason === 'after as-of')?.rows ?? 0;
  return rows > MANY_AFTER * rowsIn ? rows : 0;
}

/** ", 12 rejected (10 after as-of)" */
function describeRejected({ kept, rowsIn, rejected }: SourceExtract): string {
  if (rowsIn === kept) return '';
  const later = afterAsOf({ rowsIn, rejected });
  return `, ${withCommas(rowsIn - kept)} rejected${later > 0 ? ` (${withCommas(later)} after as-of)` : ''}`;
}

/** "541,909 transactions from 1 file, 12 rejected". */
export function describeExtract({ sources }: ExtractReport): string {
  return sources
    .map(
      (source) =>
        `${withCommas(source.kept)} ${source.role} from ${source.files.length} ${source.files.length === 1 ? 'file' : 'files'}${describeRejected(source)}`,
    )
    .join('; ');
}
