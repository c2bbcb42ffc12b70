import { figure, rowsOf } from '../figure';
import { fixed, percent } from '../format';
import type { Html } from '../html';
import { columnLabel } from '../column-label';
import type { View } from '../view';

/** Scree plot: share of the variance each principal component explains, and their running sum. */
export function scree(view: View): Html {
  const { pca } = view;
  let sum = 0;
  const rows = pca.explained.map((share, i) => {
    sum += share;
    return [String(i + 1), round(share), percent(share), round(Math.min(sum, 1)), percent(Math.min(sum, 1))];
  });
  return figure({
    id: 'scree',
    title: 'How many directions the data has',
    note: 'Bars: variance explained by each principal component. Line: their running sum. A steep start means that a few directions tell most of the story.',
    alt: `Scree plot: the first component explains ${percent(pca.explained[0])}, the first two ${rows[1]?.[4] ?? percent(pca.explained[0])} of the variance.`,
    spec: {
      data: rowsOf(['component', 'share', 'shareText', 'sum', 'sumText'], rows),
      width: 'container',
      height: 220,
      encoding: {
        x: { field: 'component', type: 'ordinal', sort: null, title: 'Principal component', axis: { labelAngle: 0 } },
        tooltip: [
          { field: 'component', title: 'Component' },
          { field: 'shareText', title: 'Explains' },
          { field: 'sumText', title: 'Running sum' },
        ],
      },
      layer: [
        {
          mark: { type: 'bar', color: '@accent', cornerRadiusEnd: 2 },
          encoding: {
            y: {
              field: 'share',
              type: 'quantitative',
              title: 'Share of variance',
              axis: { format: '.0%', tickCount: 5 },
              scale: { domain: [0, 1] },
            },
          },
        },
        {
          mark: { type: 'line', color: '@warn', strokeWidth: 2, point: { filled: true, color: '@warn', size: 36 } },
          encoding: { y: { field: 'sum', type: 'quantitative' } },
        },
      ],
    },
    numbers: {
      columns: [
        { head: 'Component' },
        { head: 'Eigenvalue', numeric: true },
        { head: 'Explains', numeric: true },
        { head: 'Running sum', numeric: true },
        ...pca.columns.map((c) => ({ head: columnLabel(view, c), numeric: true })),
      ],
      rows: rows.map(([name, , share, , total], i) => [
        name,
        fixed(pca.eigenvalues[i], 3),
        share,
        total,
        ...pca.columns.map((_, j) => fixed(pca.components[i]?.[j], 2)),
      ]),
    },
  });
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;
