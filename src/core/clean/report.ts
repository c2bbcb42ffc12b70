import { PipelineError } from '../../contracts/errors';
import type { CleaningStep, CleanReport } from '../../contracts/reports';

/** One row of the SQL model `clean.steps`. */
export type StepRow = Readonly<{
  rule: string;
  policy: string;
  matched: number;
  removed: number;
  changed: number;
  negated: number;
  rows_before: number;
  rows_after: number;
  value_before: string;
  value_after: string;
}>;

export interface CleanCounts {
  readonly lines: number;
  /** Distinct customers with a line left, of a sale or a return. */
  readonly customers: number;
  readonly customerRows: CleanReport['customerRows'];
}

const toStep = (row: StepRow): CleaningStep => ({
  rule: row.rule,
  policy: row.policy,
  matched: row.matched,
  removed: row.removed,
  changed: row.changed,
  rowsBefore: row.rows_before,
  rowsAfter: row.rows_after,
  valueBefore: row.value_before,
  valueAfter: row.value_after,
});

/**
 * The decision log, checked: each step starts where the one before it ended, and the last one ends at the lines that were written.
 *
 * @throws PipelineError `ROWS_LOST` where rows in are not rows kept plus rows removed.
 */
export function cleanReport(rowsIn: number, rows: readonly StepRow[], counts: CleanCounts): CleanReport {
  const steps = rows.map(toStep);
  let left = rowsIn;
  for (const { rule, rowsBefore, removed, rowsAfter } of steps) {
    if (rowsBefore !== left || rowsAfter !== left - removed) throw lost(rule, left, removed, rowsAfter);
    left = rowsAfter;
  }
  if (left !== counts.lines) throw lost('clean.lines', rowsIn, rowsIn - left, counts.lines);
  return { steps, rowsIn, rowsOut: counts.lines, customers: counts.customers, customerRows: counts.customerRows ?? null };
}

const lost = (rule: string, before: number, removed: number, after: number): PipelineError =>
  new PipelineError('ROWS_LOST', `${rule}: ${before} rows in, ${removed} removed, but ${after} rows out`, { rule, before, removed, after });

const count = (n: number): string => n.toLocaleString('en-GB');

/** "399,656 of 541,909 lines kept; removed: missingCustomers 135,080, exactDuplicates 5,220" */
export function cleanSummary({ steps, rowsIn, rowsOut }: CleanReport, orders: number): string {
  const removed = steps.filter((step) => step.removed > 0).map((step) => `${step.rule} ${count(step.removed)}`);
  return `${count(rowsOut)} of ${count(rowsIn)} lines kept in ${count(orders)} orders${removed.length > 0 ? `; removed: ${removed.join(', ')}` : ''}`;
}

/** Names the cleaning gives to columns of its own. */
const COMPUTED = ['amount', 'kind', 'category'];

/** What an analyst should look at. `columns`: the declared columns of the source transactions. */
export function cleanWarnings(rows: readonly StepRow[], columns: readonly string[]): string[] {
  const negated = rows.reduce((sum, row) => sum + row.negated, 0);
  const replaced = COMPUTED.filter((name) => columns.includes(name));
  return [
    ...(negated > 0 ? [`${count(negated)} lines of cancellations have a positive quantity: they were read as returns written without a sign`] : []),
    ...(replaced.length > 0 ? [`the source's ${replaced.join(', ')} is replaced by the computed column of this name: map it under another name to keep it`] : []),
  ];
}
