import type { SqlParams } from '../../ports';

/** Days of one window, both ends included, as ISO dates. */
export interface WindowDays {
  readonly first: string;
  readonly last: string;
}

/** One row of `windowsSql`. */
export type WindowsRow = Readonly<Record<'earlier_first' | 'earlier_last' | 'later_first' | 'later_last', string>> & {
  /** Days from the first line to the as-of date, both included; null without a line. */
  readonly history: number | null;
  /** Length of either window. */
  readonly days: number | null;
};

/**
 * Two windows of equal length that end at the as-of date, one right before the other: (asOf − 2w, asOf − w] and (asOf − w, asOf].
 * Parameters: $as_of DATE, $days INTEGER, or null for half of the history, rounded down.
 */
export const windowsSql = (lines: string): string => `WITH seen AS (
  SELECT date_diff('day', min(ordered_at)::DATE, $as_of::DATE)::INTEGER + 1 AS history
  FROM ${lines}
  WHERE ordered_at < $as_of::DATE + 1
), chosen AS (
  SELECT history, coalesce($days::INTEGER, history // 2) AS days FROM seen
)
SELECT
  history,
  days,
  ($as_of::DATE - 2 * days + 1)::VARCHAR AS earlier_first,
  ($as_of::DATE - days)::VARCHAR         AS earlier_last,
  ($as_of::DATE - days + 1)::VARCHAR     AS later_first,
  $as_of::DATE::VARCHAR                  AS later_last
FROM chosen`;

/** The lines of one window. Parameters: $first DATE, $last DATE, both included. */
export const windowLinesSql = (lines: string): string => `SELECT *
FROM ${lines}
WHERE ordered_at >= $first::DATE AND ordered_at < $last::DATE + 1
ORDER BY row_id`;

export const windowParams = ({ first, last }: WindowDays): SqlParams => ({ first: { date: first }, last: { date: last } });

/** The two windows, or why the history does not hold them. */
export function windowsOf({ history, days, ...row }: WindowsRow): { readonly days: number; readonly windows: readonly [WindowDays, WindowDays] } | string {
  if (history === null || days === null || days < 1 || 2 * days > history)
    return `the history of ${history ?? 0} days does not hold two windows of ${days === null || days < 1 ? 'a day' : `${days} days`} each`;
  return {
    days,
    windows: [
      { first: row.earlier_first, last: row.earlier_last },
      { first: row.later_first, last: row.later_last },
    ],
  };
}
