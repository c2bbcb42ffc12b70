import type { Compared, Finalist } from '../../../contracts/selection';
import { methodName } from '../algorithms';
import { figure, rowsOf } from '../figure';
import { fixed } from '../format';
import type { Html } from '../html';
import { breakable, BROKEN_LABELS } from '../view';

const MEASURES = ['Score: the difference', 'On customers left out', 'On permuted data'] as const;

export const OUTCOME: Readonly<Record<Finalist['outcome'], string>> = {
  chosen: 'chosen',
  tie: 'tie, not chosen',
  lost: 'lost',
};

/**
 * The finalists of all algorithms by their score, with one standard error of the difference to the best.
 *
 * @param assigned Share of customers assigned, as it may be shown.
 */
export function scores(finalists: readonly Compared[], assigned: (finalist: Finalist) => string): Html {
  const best = Math.max(...finalists.map(({ score }) => score));
  const nameOf = ({ algorithm, model }: Finalist): string => breakable(methodName(algorithm, model));
  const textOf = (finalist: Compared): string =>
    finalist.score === best
      ? `${fixed(best, 3)}, the best`
      : `${fixed(finalist.score, 3)}, ${fixed(finalist.behind, 3)} ± ${fixed(finalist.error, 3)} behind`;
  const rows = finalists.flatMap((finalist) => {
    const { outOfBag, permuted, score, outcome } = finalist;
    return [score, outOfBag, permuted].map((value, i) => [
      nameOf(finalist),
      MEASURES[i],
      value,
      i === 0 ? textOf(finalist) : fixed(value, 3),
      OUTCOME[outcome],
    ]);
  });
  const y = {
    field: 'algorithm',
    type: 'nominal',
    sort: finalists.map(nameOf),
    title: null,
    axis: { ...BROKEN_LABELS, domain: false, ticks: false, labelPadding: 10, grid: true },
  };
  const x = {
    field: 'value',
    type: 'quantitative',
    title: 'Adjusted Rand index',
    axis: { tickCount: 6 },
    scale: { zero: true },
  };
  return figure({
    id: 'scores',
    title: 'How well each algorithm predicts customers it has not seen',
    note: 'Diamond: the score, agreement on customers left out of the resamples minus the agreement that the same specification reaches on data without structure between the columns. Bar: one standard error of the difference to the best; where it reaches the dashed line, the two are tied.',
    alt: `Scores of ${finalists.length} algorithms: ${finalists.map((f) => `${methodName(f.algorithm, f.model)} ${fixed(f.score, 3)}`).join(', ')}.`,
    spec: {
      data: rowsOf(['algorithm', 'measure', 'value', 'text', 'outcome'], rows),
      width: 'container',
      height: 40 + finalists.length * 48,
      encoding: { y },
      layer: [
        {
          data: { values: [{ best }] },
          mark: { type: 'rule', color: '@warn', strokeDash: [5, 4] },
          encoding: { y: null, x: { field: 'best', type: 'quantitative' } },
        },
        {
          data: rowsOf(
            ['algorithm', 'low', 'high'],
            finalists.filter(({ error }) => error > 0).map((f) => [nameOf(f), f.score - f.error, f.score + f.error]),
          ),
          mark: { type: 'rule', color: '@accent', strokeWidth: 3 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, opacity: 1 },
          encoding: {
            x,
            shape: {
              field: 'measure',
              type: 'nominal',
              scale: { domain: [...MEASURES], range: ['diamond', 'circle', 'cross'] },
              legend: {
                orient: 'top',
                title: null,
                direction: 'horizontal',
                symbolFillColor: '@neutral',
                symbolStrokeWidth: 0,
              },
            },
            color: { condition: { test: "datum.outcome === 'chosen'", value: '@accent' }, value: '@neutral' },
            size: { condition: { test: `datum.measure === '${MEASURES[0]}'`, value: 130 }, value: 56 },
            tooltip: [
              { field: 'measure', title: 'What' },
              { field: 'text', title: 'Adjusted Rand index' },
              { field: 'outcome', title: 'Outcome' },
            ],
          },
        },
      ],
    },
    numbers: {
      columns: [
        { head: 'Algorithm' },
        ...MEASURES.map((head) => ({ head, numeric: true })),
        { head: 'Behind the best', numeric: true },
        { head: 'Standard error', numeric: true },
        { head: 'Customers assigned', numeric: true },
      ],
      rows: finalists.map((f) => [
        methodName(f.algorithm, f.model),
        fixed(f.score, 4),
        fixed(f.outOfBag, 4),
        fixed(f.permuted, 4),
        fixed(f.behind, 4),
        fixed(f.error, 4),
        assigned(f),
      ]),
    },
  });
}
