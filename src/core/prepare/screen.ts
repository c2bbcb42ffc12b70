import type { DroppedColumn } from '../../contracts/model';
import type { Moments } from './moments';
import { pearson } from './moments';

/** A prepared column with its moments. */
export interface PreparedColumn {
  readonly column: string;
  readonly values: Float64Array;
  readonly moments: Moments;
}

/** Below this multiple of the largest value a standard deviation is rounding error. */
const ROUNDING = 1e-12;

/**
 * Why a column says nothing about customers, or null: one value on more than `limit` of the rows, or no spread at all.
 *
 * @param sorted The column after imputation and winsorising, ascending.
 */
export function nearConstant(sorted: Float64Array, limit: number): string | null {
  const largest = Math.max(Math.abs(sorted[0]), Math.abs(sorted[sorted.length - 1]));
  if (sorted[sorted.length - 1] - sorted[0] <= ROUNDING * largest) return 'all customers have one value (sd = 0)';
  const share = longestRun(sorted) / sorted.length;
  return share > limit ? `one value on ${percent(share)} of the customers (limit ${percent(limit)})` : null;
}

function longestRun(sorted: Float64Array): number {
  let longest = 1;
  let start = 0;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] !== sorted[start]) start = i;
    longest = Math.max(longest, i - start + 1);
  }
  return longest;
}

/**
 * Keep the columns in order, dropping each whose |Pearson ρ| with an earlier kept one is above `limit`.
 *
 * @returns The kept columns with their correlation matrix (d x d, diagonal 1), and the dropped ones with the closest earlier column.
 */
export function dropRedundant(columns: readonly PreparedColumn[], limit: number) {
  const kept: PreparedColumn[] = [];
  const rows: number[][] = [];
  const dropped: DroppedColumn[] = [];
  for (const column of columns) {
    const with_ = kept.map((other) => pearson(other.values, other.moments, column.values, column.moments));
    const closest = with_.reduce((best, rho, i) => (best < 0 || Math.abs(rho) > Math.abs(with_[best]) ? i : best), -1);
    if (closest >= 0 && Math.abs(with_[closest]) > limit) {
      const evidence = `|ρ| = ${Math.abs(with_[closest]).toFixed(3)} with ${kept[closest].column} (limit ${limit})`;
      dropped.push({ column: column.column, reason: 'redundant', evidence });
    } else {
      kept.push(column);
      rows.push([...with_, 1]);
    }
  }
  const correlation = rows.map((row, i) => kept.map((_, j) => (j <= i ? row[j] : rows[j][i])));
  return { kept: kept.map(({ column }) => column), dropped, correlation };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
