import type { ColumnPreparation } from '../../../contracts/model';
import { columnLabel } from '../column-label';
import { count, fixed, list, plain, signed } from '../format';
import { heatCell, heatClass } from '../heat';
import { markup, type Html } from '../html';
import { chip, type Section } from '../section';
import { suppress } from '../../privacy/suppress';
import { shownCount } from '../suppress';
import { table } from '../table';
import type { View } from '../view';

/** What entered the model and how it was transformed, what was left out, and how the columns go together. */
export function featuresSection(view: View): Section {
  const { preprocessing, features } = view;
  return {
    id: 'features',
    nav: 'Features of the model',
    title: 'What formed the personas',
    lead: `${count(preprocessing.columns.length)} columns, made from ${count(new Set(preprocessing.columns.flatMap((c) => c.from)).size)} of ${count(features.features.length)} features of ${count(preprocessing.rows)} customers, formed the personas.`,
    body: markup`${columns(view)}
${dropped(view)}
${correlation(view)}`,
  };
}

function columns(view: View): Html {
  const { preprocessing, kMin } = view;
  return table({
    caption: 'Model columns and how they are made; fitted on all customers',
    className: 'compact',
    columns: [
      { head: 'Column' },
      { head: 'Made from', className: 'prose' },
      { head: 'Missing filled with', numeric: true },
      { head: 'Cells filled', numeric: true },
      { head: 'Winsorised to', className: 'nowrap' },
      { head: 'Transform', className: 'nowrap' },
      { head: 'Skewness', numeric: true },
      { head: 'Mean', numeric: true },
      { head: 'Std. dev.', numeric: true },
    ],
    rows: preprocessing.columns.map((c) => [
      columnLabel(view, c.column),
      madeFrom(view, c),
      `${plain(c.impute.value)} (${c.impute.method})`,
      shownCount(suppress(c.impute.cells, kMin), kMin),
      `${plain(c.winsorise.lower)} to ${plain(c.winsorise.upper)}`,
      TRANSFORMS[c.transform.kind] +
        (c.transform.kind === 'yeo-johnson' ? ` (λ = ${fixed(c.transform.lambda, 2)})` : ''),
      c.transform.kind === 'none'
        ? fixed(c.transform.skewness, 2)
        : `${fixed(c.transform.skewness, 2)} → ${fixed(c.transform.after, 2)}`,
      fixed(c.scale.mean, 3),
      fixed(c.scale.sd, 3),
    ]),
  });
}

const TRANSFORMS: Readonly<Record<ColumnPreparation['transform']['kind'], string>> = {
  none: 'none',
  log1p: 'log(1 + x)',
  'yeo-johnson': 'Yeo-Johnson',
};

function madeFrom({ units }: View, { basis, from }: ColumnPreparation): string {
  const labels = from.map((feature) => units.label(feature));
  if (basis.kind === 'identity') return 'as measured';
  if (basis.kind === 'logit') return `logit of ${labels[0]}`;
  return `log-ratio of ${labels[basis.pivot - 1]} to ${list(labels.slice(basis.pivot))}`;
}

function dropped({ preprocessing, units }: View): Html {
  if (preprocessing.dropped.length === 0) return markup`<p>No column was left out as redundant or nearly constant.</p>`;
  return markup`<h3>Left out</h3>${table({
    caption: 'Columns that were left out, with the reason',
    quietCaption: true,
    columns: [{ head: 'Column' }, { head: 'Reason' }, { head: 'Evidence', className: 'prose' }],
    rows: preprocessing.dropped.map((d) => [units.label(d.column), chip('plain', d.reason), d.evidence]),
  })}`;
}

function correlation(view: View): Html {
  const { preprocessing } = view;
  const labels = preprocessing.columns.map((c) => columnLabel(view, c.column));
  const strongest = strongestPair(preprocessing.correlation);
  return markup`<h3>How the columns go together</h3>
<p>Pearson correlation of the prepared columns.${
    strongest
      ? markup` The strongest is ${signed(strongest.r)} between ${labels[strongest.i]} and ${labels[strongest.j]}; beyond ± ${fixed(view.config.prepare.redundant, 2)} the later column is left out.`
      : ''
  }</p>
${table({
  caption: 'Correlation of the prepared columns',
  quietCaption: true,
  className: 'heatmap matrix',
  columns: [
    { head: 'Column' },
    ...labels.map((_, i) => ({ head: markup`<abbr title="${labels[i]}">${i + 1}</abbr>`, numeric: true })),
  ],
  rows: labels.map((label, i) => [
    markup`<span class="ordinal">${i + 1}</span> ${label}`,
    ...labels.map((_, j) => {
      const r = preprocessing.correlation[i]?.[j];
      return i === j ? heatCell('1', 'hx') : heatCell(signed(r), heatClass(r, 1));
    }),
  ]),
})}`;
}

function strongestPair(matrix: readonly (readonly number[])[]): { i: number; j: number; r: number } | undefined {
  let best: { i: number; j: number; r: number } | undefined;
  matrix.forEach((row, i) =>
    row.slice(0, i).forEach((r, j) => {
      if (!best || Math.abs(r) > Math.abs(best.r)) best = { i: j, j: i, r };
    }),
  );
  return best;
}
