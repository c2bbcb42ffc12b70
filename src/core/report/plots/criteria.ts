import type { Candidate } from '../../../contracts/selection';
import { figure, rowsOf } from '../figure';
import { index } from '../format';
import { markup, type Html } from '../html';
import type { View } from '../view';

interface Criterion {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly axis: string;
  readonly valueOf: (candidate: Candidate) => number | null;
  readonly zero?: boolean;
}

const CRITERIA: readonly Criterion[] = [
  {
    id: 'elbow',
    title: 'Elbow',
    note: 'Spread left within the groups (inertia). It always falls; a bend marks where more groups stop paying.',
    axis: 'Inertia',
    valueOf: (c) => (c.sizes.length > 0 ? c.inertia : null),
    zero: true,
  },
  {
    id: 'silhouette',
    title: 'Silhouette',
    note: 'How much nearer customers are to their own group than to the next. Higher is better; −1 to 1.',
    axis: 'Mean silhouette',
    valueOf: (c) => c.silhouette,
  },
  {
    id: 'jaccard',
    title: 'Stability (Jaccard)',
    note: 'How well the groups come back when the customers are resampled. Higher is better; the dashed line is what is asked for.',
    axis: 'Mean Jaccard',
    valueOf: (c) => c.meanJaccard,
  },
  {
    id: 'calinski-harabasz',
    title: 'Calinski-Harabasz',
    note: 'Spread between groups over spread within. Higher is better.',
    axis: 'Index',
    valueOf: (c) => c.calinskiHarabasz,
  },
  {
    id: 'davies-bouldin',
    title: 'Davies-Bouldin',
    note: 'Overlap of each group with its most similar one. Lower is better.',
    axis: 'Index',
    valueOf: (c) => c.daviesBouldin,
  },
];

const STATUS: Readonly<Record<Candidate['status'], string>> = {
  chosen: 'chosen',
  lost: 'lost',
  rejected: 'rejected',
  information: 'not allowed',
};

/** One small plot per criterion over the number of personas, with the winner marked and the allowed range shaded. */
export const criteria = (view: View): Html =>
  markup`<div class="grid small">${CRITERIA.map((criterion) => plotOf(view, criterion))}</div>`;

function plotOf({ selection, config }: View, { id, title, note, axis, valueOf, zero }: Criterion): Html {
  const ks = selection.candidates.map((c) => c.k);
  const rows = selection.candidates.map((c) => [c.k, valueOf(c), index(valueOf(c)), c.status, STATUS[c.status]]);
  const winner = selection.chosen.k;
  const chosen = selection.candidates.find((c) => c.k === winner);
  const x = {
    field: 'k',
    type: 'quantitative',
    title: 'Number of personas',
    scale: { domain: [Math.min(...ks) - 0.5, Math.max(...ks) + 0.5], nice: false },
    axis: { values: [...new Set(ks)], format: 'd', grid: false, labelOverlap: false },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    title: axis,
    scale: { zero: zero ?? false },
    axis: { tickCount: 4 },
  };
  const limits = {
    values: [
      {
        from: Math.max(selection.limits.min, Math.min(...ks)) - 0.5,
        to: Math.min(selection.limits.max, Math.max(...ks)) + 0.5,
      },
    ],
  };
  const accept =
    id === 'jaccard'
      ? [
          {
            data: { values: [{ accept: config.modeling.stability.accept }] },
            mark: { type: 'rule', color: '@warn', strokeDash: [5, 4] },
            encoding: { y: { field: 'accept', type: 'quantitative' } },
          },
        ]
      : [];
  return figure({
    id: `criterion-${id}`,
    title,
    note,
    size: 'small',
    alt: `${title} for ${Math.min(...ks)} to ${Math.max(...ks)} personas; ${winner} were chosen with ${chosen ? index(valueOf(chosen)) : 'no value'}.`,
    spec: {
      data: rowsOf(['k', 'value', 'text', 'status', 'statusText'], rows),
      width: 'container',
      height: 170,
      layer: [
        {
          data: limits,
          mark: { type: 'rect', color: '@accentSoft', opacity: 0.55 },
          encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' } },
        },
        ...accept,
        { mark: { type: 'line', color: '@neutral', strokeWidth: 1.6 }, encoding: { x, y } },
        {
          mark: { type: 'point', filled: true, opacity: 1, stroke: '@soft', strokeWidth: 1.4 },
          encoding: {
            x,
            y,
            color: {
              condition: [
                { test: "datum.status === 'chosen'", value: '@accent' },
                { test: "datum.status === 'rejected'", value: '@panel' },
              ],
              value: '@neutral',
            },
            size: { condition: { test: "datum.status === 'chosen'", value: 190 }, value: 52 },
            shape: { condition: { test: "datum.status === 'chosen'", value: 'diamond' }, value: 'circle' },
            tooltip: [
              { field: 'k', title: 'Personas' },
              { field: 'text', title: axis },
              { field: 'statusText', title: 'Status' },
            ],
          },
        },
      ],
    },
    numbers: {
      columns: [{ head: 'Personas' }, { head: axis, numeric: true }, { head: 'Status' }],
      rows: rows.map(([k, , text, , status]) => [k, text, status]),
    },
  });
}
