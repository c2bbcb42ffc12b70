import type { ColumnPreparation } from '../../contracts/model';

/**
 * Five numbers of a box plot. The ends are the kMin-th smallest and largest value, not the extremes: an extreme is one customer.
 * Null where there are fewer values than that.
 */
export interface Box {
  readonly low: number | null;
  readonly q1: number | null;
  readonly median: number | null;
  readonly q3: number | null;
  readonly high: number | null;
}

/** One model column before and after winsorising, on the scale on which it is winsorised. */
export interface OutlierColumn {
  readonly column: string;
  readonly basis: ColumnPreparation['basis']['kind'];
  /** Values that are there; missing ones are imputed after winsorising limits are known and are not counted. */
  readonly values: number;
  readonly before: Box;
  readonly after: Box;
}

const quoted = (name: string): string => `"${name.replace(/"/g, '""')}"::DOUBLE`;

/** A number of the model as a SQL literal: 17 significant digits bring the same double back. */
const literal = (value: number): string => `(${value.toExponential(16)})::DOUBLE`;

/**
 * SQL expression of a model column on its basis scale, over the feature table: the value itself, the logit of a share,
 * or the pivot coordinate of a whole: `sqrt(r / (r + 1)) · (ln x_p − mean ln x_after)`, r = number of parts after the pivot.
 */
export function basisSql({ basis, from }: Pick<ColumnPreparation, 'basis' | 'from'>): string {
  if (basis.kind === 'identity') return quoted(from[0]);
  const c = literal(basis.pseudoCount);
  if (basis.kind === 'logit') return `ln((${quoted(from[0])} + ${c}) / (1 - ${quoted(from[0])} + ${c}))`;
  const after = from.slice(basis.pivot).map((name) => `ln(${quoted(name)} + ${c})`);
  const factor = literal(Math.sqrt(after.length / (after.length + 1)));
  return `${factor} * (ln(${quoted(from[basis.pivot - 1])} + ${c}) - (${after.join(' + ')}) / ${after.length})`;
}

/**
 * One row of quantiles (type 7) of a column before (`b_…`) and after (`a_…`) winsorising. Quantiles and order statistics depend on the
 * values alone, not on their order, so the row is the same for any number of threads.
 */
export function outlierSql(column: ColumnPreparation, table: string, kMin: number): string {
  const { lower, upper } = column.winsorise;
  const raised = lower === null ? 'before' : `greatest(before, ${literal(lower)})`;
  const capped = upper === null ? raised : `least(${raised}, ${literal(upper)})`;
  const numbers = (name: string, key: string): string =>
    [
      `min(${name}, ${kMin})[${kMin}] AS ${key}_low`,
      ...[0.25, 0.5, 0.75].map((p, i) => `quantile_cont(${name}, ${p}) AS ${key}_q${i + 1}`),
      `max(${name}, ${kMin})[${kMin}] AS ${key}_high`,
    ].join(', ');
  return `WITH basis AS (SELECT ${basisSql(column)} AS before FROM ${table}),
clipped AS (SELECT before, ${capped} AS after FROM basis WHERE before IS NOT NULL)
SELECT count(*)::INTEGER AS n, ${numbers('before', 'b')}, ${numbers('after', 'a')} FROM clipped`;
}

/** The row that `outlierSql` answers. */
export type OutlierRow = Readonly<Record<string, number | null>>;

const boxOf = (row: OutlierRow, key: 'a' | 'b'): Box => ({
  low: row[`${key}_low`],
  q1: row[`${key}_q1`],
  median: row[`${key}_q2`],
  q3: row[`${key}_q3`],
  high: row[`${key}_high`],
});

export const outlierColumn = ({ column, basis }: ColumnPreparation, row: OutlierRow): OutlierColumn => ({
  column,
  basis: basis.kind,
  values: row.n ?? 0,
  before: boxOf(row, 'b'),
  after: boxOf(row, 'a'),
});
