import type { Candidate } from '../../../contracts/selection';
import { figure, rowsOf } from '../figure';
import type { Html } from '../html';

/** A candidate in a plot of one criterion. */
export interface CriterionPoint {
  /** Number of groups, or the parameter of a density as text. */
  readonly x: number | string;
  readonly value: number | null;
  /** One standard error of it. */
  readonly error?: number | null;
  /** The value in words. */
  readonly text: string;
  readonly status: Candidate['status'];
  /** Covariance model of a mixture. */
  readonly series?: string | null;
}

export interface CriterionPlot {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly axis: string;
  /** What x is. */
  readonly over: string;
  readonly points: readonly CriterionPoint[];
  /** Text after the value in the table: another scale of the same figure. */
  readonly beside?: { readonly head: string; readonly textOf: (value: number) => string };
  /** Groups that may be chosen. */
  readonly limits?: { readonly min: number; readonly max: number };
  /** Value that is asked for. */
  readonly asked?: number;
  readonly fromZero?: boolean;
  readonly format?: string;
  readonly size?: 'wide' | 'small';
}

export const STATUS_TEXT: Readonly<Record<Candidate['status'], string>> = {
  chosen: 'chosen',
  finalist: 'best of its algorithm',
  lost: 'lost',
  rejected: 'rejected',
  information: 'not allowed',
};

const isBest = "datum.status === 'chosen' || datum.status === 'finalist'";
const SERIES_COLOURS = [
  '@persona0',
  '@persona1',
  '@persona2',
  '@persona3',
  '@persona6',
  '@persona7',
  '@persona4',
  '@persona5',
];
const SERIES_SHAPES = ['circle', 'square', 'triangle-up', 'cross', 'triangle-down', 'triangle-right', 'triangle-left'];

/** One small plot of a criterion over the candidates of an algorithm: the best one marked, the allowed range shaded, rejected ones hollow. */
export function criterionPlot(plot: CriterionPlot): Html {
  const { id, title, note, points, axis, over, beside, size = 'small' } = plot;
  const xs = [...new Set(points.map(({ x }) => x))];
  const series = [...new Set(points.flatMap((point) => (point.series ? [point.series] : [])))];
  const best = points.find(({ status }) => status === 'chosen' || status === 'finalist');
  const several = series.length > 0;
  const hasErrors = points.some(({ error }) => typeof error === 'number');
  const x = xAxis(over, xs);
  const y = {
    field: 'value',
    type: 'quantitative',
    title: axis,
    scale: { zero: plot.fromZero ?? false },
    axis: { tickCount: size === 'wide' ? 6 : 4, ...(plot.format && { format: plot.format }) },
  };
  const colours = { domain: series, range: series.map((_, i) => SERIES_COLOURS[i % SERIES_COLOURS.length]) };
  // The same legend for every channel: they become one.
  const legend = { orient: 'top', title: null, direction: 'horizontal', columns: 4 };
  const own = several ? { field: 'series', type: 'nominal', scale: colours, legend } : { value: '@neutral' };
  const rejected = { test: "datum.status === 'rejected'", value: '@panel' };
  return figure({
    id,
    title,
    note,
    size,
    alt: `${title} over the ${over.toLowerCase()} of ${points.length} candidates${best ? `; the best of the algorithm, ${nameOf(best, over)}, has ${best.text}` : ''}.`,
    spec: {
      data: rowsOf(
        ['x', 'value', 'low', 'high', 'text', 'status', 'statusText', 'series'],
        points.map(({ x: at, value, error, text, status, series: name }) => [
          at,
          value,
          value === null || typeof error !== 'number' ? null : value - error,
          value === null || typeof error !== 'number' ? null : value + error,
          text,
          status,
          STATUS_TEXT[status],
          name ?? '',
        ]),
      ),
      width: 'container',
      height: size === 'wide' ? 260 : 170,
      layer: [
        ...shadedLayer(plot, xs, x),
        ...askedLayer(plot),
        {
          mark: { type: 'line', strokeWidth: 1.6 },
          encoding: {
            x,
            y,
            stroke: own,
          },
        },
        ...(hasErrors
          ? [
              {
                mark: { type: 'rule', color: '@neutral', strokeWidth: 1.6 },
                encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
              },
            ]
          : []),
        {
          mark: { type: 'point', opacity: 1, strokeWidth: 1.5 },
          encoding: {
            x,
            y,
            fill: several
              ? { condition: rejected, ...own }
              : { condition: [{ test: isBest, value: '@accent' }, rejected], value: '@neutral' },
            stroke: several ? { condition: { test: isBest, value: '@ink' }, ...own } : { value: '@soft' },
            size: { condition: { test: isBest, value: 190 }, value: 52 },
            shape: several
              ? {
                  condition: { test: isBest, value: 'diamond' },
                  field: 'series',
                  type: 'nominal',
                  scale: { domain: series, range: series.map((_, i) => SERIES_SHAPES[i % SERIES_SHAPES.length]) },
                  legend,
                }
              : { condition: { test: isBest, value: 'diamond' }, value: 'circle' },
            tooltip: [
              { field: 'x', title: over },
              ...(several ? [{ field: 'series', title: 'Model' }] : []),
              { field: 'text', title: axis },
              { field: 'statusText', title: 'Fate' },
            ],
          },
        },
      ],
    },
    numbers: {
      columns: [
        { head: over },
        ...(several ? [{ head: 'Model' }] : []),
        { head: axis, numeric: true },
        ...(beside ? [{ head: beside.head, numeric: true }] : []),
        { head: 'Fate' },
      ],
      rows: points.map(({ x: at, value, text, status, series: name }) => [
        at,
        ...(several ? [name ?? '–'] : []),
        text,
        ...(beside ? [value === null ? '–' : beside.textOf(value)] : []),
        STATUS_TEXT[status],
      ]),
    },
  });
}

const nameOf = ({ x, series }: CriterionPoint, over: string): string =>
  `${over.toLowerCase()} ${x}${series ? `, ${series}` : ''}`;

function xAxis(over: string, xs: readonly (number | string)[]) {
  const numbers = xs.filter((x) => typeof x === 'number');
  if (numbers.length < xs.length)
    return { field: 'x', type: 'ordinal', sort: null, title: over, axis: { labelAngle: 0, grid: false } };
  return {
    field: 'x',
    type: 'quantitative',
    title: over,
    scale: { domain: [Math.min(...numbers) - 0.5, Math.max(...numbers) + 0.5], nice: false },
    axis: { values: numbers, format: 'd', grid: false, labelOverlap: false },
  };
}

/** Numbers of groups that may be chosen. */
function shadedLayer(
  { limits }: CriterionPlot,
  xs: readonly (number | string)[],
  x: ReturnType<typeof xAxis>,
): Readonly<Record<string, unknown>>[] {
  const numbers = xs.filter((at) => typeof at === 'number');
  if (limits === undefined || numbers.length === 0) return [];
  const from = Math.max(limits.min, Math.min(...numbers)) - 0.5;
  const to = Math.min(limits.max, Math.max(...numbers)) + 0.5;
  return [
    {
      data: { values: [{ from, to }] },
      mark: { type: 'rect', color: '@accentSoft', opacity: 0.55 },
      encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' } },
    },
  ];
}

const askedLayer = ({ asked }: CriterionPlot): Readonly<Record<string, unknown>>[] =>
  asked === undefined
    ? []
    : [
        {
          data: { values: [{ asked }] },
          mark: { type: 'rule', color: '@warn', strokeDash: [5, 4] },
          encoding: { y: { field: 'asked', type: 'quantitative' } },
        },
      ];
