import type { QualityCheckResult } from '../../../contracts/reports';
import { count, date, percent, plural } from '../format';
import { markup, type Html } from '../html';
import { chip, notice, type Section } from '../section';
import { suppress } from '../../privacy/suppress';
import { shownCount } from '../suppress';
import { table } from '../table';
import type { View } from '../view';

type Source = View['extract']['sources'][number];

/** Sources with their row balance, and every check. File names and hashes stay in the manifest: the same rows in other files make the same report. */
export function dataSection({ extract, quality, kMin }: View): Section {
  return {
    id: 'data',
    nav: 'Data and its quality',
    title: 'The data and its quality',
    lead: markup`What was known on ${date(extract.asOf)}; later rows are invisible.`,
    body: markup`<h3>Sources</h3>
${table({
  caption: 'Rows of each source: rows in = kept + rejected',
  columns: [
    { head: 'Source' },
    { head: 'Rows in', numeric: true },
    { head: 'Kept', numeric: true },
    { head: 'Rejected', numeric: true },
    { head: 'Reasons', className: 'prose' },
    { head: 'Profile' },
  ],
  rows: extract.sources.map((s) => [
    s.role,
    count(s.rowsIn),
    count(s.kept),
    count(s.rejected.reduce((sum, r) => sum + r.rows, 0)),
    s.rejected.length === 0 ? '–' : s.rejected.map((r) => `${r.reason}: ${count(r.rows)}`).join('; '),
    markup`<code>${s.profileHash.slice(0, 12)}</code>`,
  ]),
})}
<h3>Checks</h3>
${checks(quality.checks, kMin)}
${quality.quarantined.map((q) => (q.rows > 0 ? notice('warn', markup`${plural(q.rows, 'row')} of ${q.source} were put in quarantine and took no part.`) : ''))}
${columns(extract.sources, kMin)}`,
  };
}

function checks(results: readonly QualityCheckResult[], kMin: number): Html {
  if (results.length === 0) return markup`<p>No checks are configured.</p>`;
  return table({
    caption: 'Data checks and what they found',
    quietCaption: true,
    columns: [
      { head: 'Check', className: 'prose' },
      { head: 'Result' },
      { head: 'If failed' },
      { head: 'Kind' },
      { head: 'Source' },
      { head: 'Rows tested', numeric: true },
      { head: 'Offending', numeric: true },
      { head: 'Share', numeric: true },
      { head: 'Allowed', numeric: true },
      { head: 'Rows are' },
    ],
    rows: results.map((c) => [
      markup`${c.id}${c.message ? markup`<span class="sub below">${c.message}</span>` : ''}`,
      c.passed ? chip('good', 'passed') : chip(c.severity === 'block' ? 'bad' : 'warn', 'failed'),
      c.severity === 'block' ? 'stops' : 'warns',
      c.check,
      c.source,
      count(c.tested),
      rowCount(c.source, c.offending, kMin),
      c.source === 'customers' && suppress(c.offending, kMin) === 'small' ? '–' : percent(c.share, 2),
      percent(c.maxShare, 2),
      c.rows === 'keep' ? 'kept' : 'quarantined',
    ]),
  });
}

/** The extreme of a number, or of anything about customers, is one customer's value; the first and last day of sales are nobody's. */
const isPeriod = (source: Source, { type }: Source['columns'][number]): boolean =>
  source.role === 'transactions' && /^(date|timestamp)$/.test(type);

/** Rows of `customers` are customers: small counts are suppressed. */
const rowCount = (role: string, rows: number, kMin: number): string =>
  role === 'customers' ? shownCount(suppress(rows, kMin), kMin) : count(rows);

const columns = (sources: readonly Source[], kMin: number): Html =>
  markup`${sources.map(
    (s) =>
      markup`<details class="numbers"><summary>Columns of ${s.role}</summary>${table({
        caption: `Columns of ${s.role}`,
        columns: [
          { head: 'Column' },
          { head: 'From' },
          { head: 'Type' },
          { head: 'Missing', numeric: true },
          { head: 'Distinct', numeric: true },
          { head: 'First', numeric: true },
          { head: 'Last', numeric: true },
        ],
        rows: s.columns.map((c) => [
          c.name,
          c.from,
          c.type,
          rowCount(s.role, c.nulls, kMin),
          count(c.distinct),
          ...(isPeriod(s, c) ? [c.min, c.max] : ['–', '–']),
        ]),
      })}</details>`,
  )}`;
