import type { Algorithm } from '../../../contracts/algorithms';
import type { Candidate } from '../../../contracts/selection';
import { fixed, index } from '../format';
import { markup, type Html } from '../html';
import { textOr } from '../undefined-because';
import type { View } from '../view';
import { CRITERIA, type Criterion } from './criteria-list';
import { criterionPlot } from './criterion';

/** What tells the candidates of a density apart, for an axis. */
export function parameterOf({ spec, k }: Candidate): { readonly over: string; readonly x: number | string } {
  if (spec.algorithm !== 'density') return { over: 'Number of groups', x: k };
  return spec.method === 'hdbscan'
    ? { over: 'Smallest group asked (customers)', x: String(spec.minClusterSize) }
    : { over: 'Radius (standard deviations)', x: fixed(spec.eps, 2) };
}

/** One small plot per criterion over the candidates of an algorithm; criteria that none of them has are left out. */
export function criteria(view: View, algorithm: Algorithm, candidates: readonly Candidate[]): Html {
  const used = CRITERIA[algorithm].filter(({ valueOf }) => candidates.some((c) => valueOf(c, view) !== null));
  const plots = used.map((criterion) => ({
    wide: criterion.size === 'wide',
    html: plotOf(view, algorithm, candidates, criterion),
  }));
  return markup`${plots.filter(({ wide }) => wide).map(({ html }) => html)}<div class="grid small">${plots.filter(({ wide }) => !wide).map(({ html }) => html)}</div>`;
}

function plotOf(view: View, algorithm: Algorithm, candidates: readonly Candidate[], criterion: Criterion): Html {
  const { id, title, note, axis, valueOf, errorOf, textOf = index, askedOf } = criterion;
  return criterionPlot({
    id: `criterion-${algorithm}-${id}`,
    title,
    note,
    axis,
    over: candidates.length > 0 ? parameterOf(candidates[0]).over : 'Number of groups',
    points: candidates.map((candidate) => {
      const value = valueOf(candidate, view);
      const error = errorOf?.(candidate) ?? null;
      const text = textOr(textOf(value), candidate);
      return {
        x: parameterOf(candidate).x,
        value,
        error,
        text: error === null || value === null ? text : `${text} ± ${fixed(error, 3)}`,
        status: candidate.status,
        ...(algorithm === 'mixture' && { series: candidate.model }),
      };
    }),
    ...(criterion.beside && { beside: criterion.beside }),
    ...(algorithm !== 'density' && { limits: view.selection.limits }),
    ...(askedOf && { asked: askedOf(view) }),
    ...(criterion.fromZero && { fromZero: true }),
    ...(criterion.format !== undefined && { format: criterion.format }),
    ...(criterion.size && { size: criterion.size }),
  });
}
