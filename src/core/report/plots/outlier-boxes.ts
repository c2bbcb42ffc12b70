import type { ColumnPreparation } from '../../../contracts/model';
import { columnLabel } from '../column-label';
import { figure, rowsOf } from '../figure';
import { percent, plain } from '../format';
import { markup, type Html } from '../html';
import type { Box, OutlierColumn } from '../outliers';
import { suppress } from '../../privacy/suppress';
import { shownCount } from '../suppress';
import type { View } from '../view';

const BASIS: Readonly<Record<ColumnPreparation['basis']['kind'], string>> = {
  identity: 'as measured',
  logit: 'logit',
  ilr: 'log-ratio',
};

/** Share of the cells that winsorising changed, unless so few customers are behind it that it is suppressed. */
export function clippedShare({ winsorise }: ColumnPreparation, rows: number, kMin: number): string {
  const shown = suppress(winsorise.cells, kMin);
  return typeof shown === 'number'
    ? percent(rows > 0 ? shown / rows : 0, 2)
    : `< ${percent(rows > 0 ? kMin / rows : null, 2)}`;
}

/** One pair of box plots per model column: before and after winsorising. */
export const outlierBoxes = (view: View): Html =>
  markup`<div class="grid small">${view.outliers.map((outlier) => {
    const preparation = view.preprocessing.columns.find((c) => c.column === outlier.column);
    return preparation ? boxes(view, outlier, preparation) : '';
  })}</div>`;

function boxes(view: View, outlier: OutlierColumn, preparation: ColumnPreparation): Html {
  const label = columnLabel(view, outlier.column);
  const states: readonly (readonly [string, Box])[] = [
    ['Before', outlier.before],
    ['After', outlier.after],
  ];
  const { lower, upper } = preparation.winsorise;
  const limits = [lower, upper].filter((v) => v !== null).map((limit) => ({ limit, text: plain(limit) }));
  const clipped = clippedShare(preparation, view.preprocessing.rows, view.kMin);
  const skewed = preparation.basis.kind === 'identity' && preparation.transform.kind !== 'none';
  const x = {
    field: 'low',
    type: 'quantitative',
    title: null,
    scale: { zero: false, nice: false, padding: 8, ...(skewed ? { type: 'symlog' } : {}) },
    axis: {
      ...(skewed ? { values: decades(states) } : { tickCount: 4 }),
      format: skewed ? ',d' : '~g',
      grid: true,
      labelOverlap: true,
      labelBound: true,
    },
  };
  const tooltip = [
    { field: 'state', title: 'Winsorising' },
    ...['low', 'q1', 'median', 'q3', 'high'].map((field) => ({ field: `${field}Text`, title: NAMES[field] })),
  ];
  const y = {
    field: 'state',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { domain: false, ticks: false, grid: false },
  };
  return figure({
    id: `outliers-${outlier.column.replace(/_/g, '-')}`,
    title: label,
    note: `${clipped} of the customers set to a limit · ${BASIS[outlier.basis]}${skewed ? ' · log axis' : ''}`,
    size: 'small',
    alt: `Box plots of ${label} before and after winsorising at ${plain(lower)} and ${plain(upper)}; ${clipped} of the customers were set to a limit.`,
    spec: {
      data: rowsOf(
        ['state', 'low', 'q1', 'median', 'q3', 'high', 'lowText', 'q1Text', 'medianText', 'q3Text', 'highText'],
        states.map(([state, b]) => [
          state,
          b.low ?? b.q1,
          b.q1,
          b.median,
          b.q3,
          b.high ?? b.q3,
          ...[b.low, b.q1, b.median, b.q3, b.high].map(plain),
        ]),
      ),
      width: 'container',
      height: 84,
      encoding: { y, tooltip },
      layer: [
        {
          data: { values: limits },
          mark: { type: 'rule', color: '@warn', strokeDash: [4, 3] },
          encoding: {
            x: { field: 'limit', type: 'quantitative' },
            y: null,
            tooltip: [{ field: 'text', title: 'Limit' }],
          },
        },
        { mark: { type: 'rule', color: '@soft', strokeWidth: 1.4 }, encoding: { x, x2: { field: 'high' } } },
        ...['low', 'high'].map((field) => ({
          mark: { type: 'tick', color: '@soft', thickness: 1.6, size: 14 },
          encoding: { x: { field, type: 'quantitative' } },
        })),
        {
          mark: { type: 'bar', size: 20, color: '@accentSoft', stroke: '@accent', strokeWidth: 1.2 },
          encoding: { x: { field: 'q1', type: 'quantitative' }, x2: { field: 'q3' } },
        },
        {
          mark: { type: 'tick', color: '@accent', thickness: 2.4, size: 20 },
          encoding: { x: { field: 'median', type: 'quantitative' } },
        },
      ],
    },
    numbers: {
      columns: [
        { head: 'Winsorising' },
        ...Object.values(NAMES).map((head) => ({ head, numeric: true })),
        { head: 'Limits' },
        { head: 'Cells changed', numeric: true },
      ],
      rows: states.map(([state, b], i) => [
        state,
        ...[b.low, b.q1, b.median, b.q3, b.high].map(plain),
        i === 0 ? '–' : `${plain(lower)} to ${plain(upper)}`,
        i === 0 ? '–' : shownCount(suppress(preparation.winsorise.cells, view.kMin), view.kMin),
      ]),
    },
  });
}

/** Ticks of a log axis: 0 and the powers of ten that lie within the whiskers, and one beyond. */
function decades(states: readonly (readonly [string, Box])[]): number[] {
  const largest = Math.max(1, ...states.map(([, b]) => b.high ?? b.q3 ?? 0));
  return [0, ...Array.from({ length: Math.floor(Math.log10(largest)) + 1 }, (_, i) => 10 ** i)];
}

const NAMES: Readonly<Record<string, string>> = {
  low: 'Low end',
  q1: 'Lower quartile',
  median: 'Median',
  q3: 'Upper quartile',
  high: 'High end',
};
