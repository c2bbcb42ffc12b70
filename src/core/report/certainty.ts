import { shownOrNull, suppress, suppressTogether, type Shown } from '../privacy/suppress';
import type { View } from './view';

/** From this probability on a customer is clearly in its persona. */
const CLEAR = 0.95;

/** The same where customers count as uncertain below a probability even higher. */
export const clearFrom = (uncertainBelow: number): number => Math.max(CLEAR, uncertainBelow);

/** Customers of one cluster by how sure their cluster is; counts are not suppressed. */
export interface CertaintyRow {
  readonly cluster: number;
  /** The second-best cluster, −1 where there is none; null in the row of the whole cluster. */
  readonly runnerUp: number | null;
  readonly clear: number;
  readonly likely: number;
  readonly uncertain: number;
  /** Median probability. */
  readonly median: number;
}

/**
 * One row per cluster, and one per cluster and runner-up; unassigned customers count nowhere. Order statistics only: exact in any order of rows.
 * Parameters: $clear and $uncertain, the two limits.
 */
export const certaintySql = (table: string): string => `SELECT
  cluster,
  CASE WHEN grouping(runner_up) = 0 THEN runner_up END AS "runnerUp",
  count(*) FILTER (WHERE probability >= $clear::DOUBLE) AS clear,
  count(*) FILTER (WHERE probability >= $uncertain::DOUBLE AND probability < $clear::DOUBLE) AS likely,
  count(*) FILTER (WHERE probability < $uncertain::DOUBLE) AS uncertain,
  median(probability) AS median
FROM ${table}
WHERE cluster >= 0
GROUP BY GROUPING SETS ((cluster), (cluster, runner_up))
ORDER BY cluster, "runnerUp" NULLS FIRST`;

/** How sure the customers of a persona are, as it may be shown. */
export interface ShownCertainty {
  readonly clear: Shown;
  readonly likely: Shown;
  readonly uncertain: Shown;
  /** Null where the persona is too small. */
  readonly median: number | null;
  /** Cluster that most of its uncertain customers would be in otherwise; null where they are fewer than kMin. */
  readonly torn: number | null;
}

const WITHHELD: ShownCertainty = {
  clear: 'withheld',
  likely: 'withheld',
  uncertain: 'withheld',
  median: null,
  torn: null,
};

/** By persona, in the order of the cast. The three counts add up to the size of the persona, which is shown beside them. */
export function certaintyOf({ cast, certainty, kMin }: Pick<View, 'cast' | 'certainty' | 'kMin'>): ShownCertainty[] {
  return cast.map(({ persona }): ShownCertainty => {
    const whole = certainty.find(({ cluster, runnerUp }) => cluster === persona.cluster && runnerUp === null);
    if (whole === undefined || persona.customers === null) return WITHHELD;
    const [clear, likely, uncertain] = suppressTogether([whole.clear, whole.likely, whole.uncertain], kMin);
    return { clear, likely, uncertain, median: whole.median, torn: tornOf(certainty, persona.cluster, kMin) };
  });
}

function tornOf(rows: readonly CertaintyRow[], cluster: number, kMin: number): number | null {
  const others = rows.filter((row) => row.cluster === cluster && row.runnerUp !== null && row.runnerUp >= 0);
  const most = others.reduce<CertaintyRow | null>(
    (best, row) => (best !== null && best.uncertain >= row.uncertain ? best : row),
    null,
  );
  return most === null || most.uncertain === 0 || suppress(most.uncertain, kMin) === 'small' ? null : most.runnerUp;
}

/** Sum over personas; null where it is small itself, or would give away the one cell that is not shown. */
export function totalOf(cells: readonly Shown[], counts: readonly number[], kMin: number): number | null {
  if (cells.filter((cell) => typeof cell !== 'number').length === 1) return null;
  return shownOrNull(
    suppress(
      counts.reduce((sum, n) => sum + n, 0),
      kMin,
    ),
  );
}
