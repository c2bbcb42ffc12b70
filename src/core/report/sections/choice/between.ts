import { isCompared, type Finalist } from '../../../../contracts/selection';
import { algorithmName } from '../../algorithms';
import { fixed, sentence } from '../../format';
import { markup, type Html } from '../../html';
import { OUTCOME, scores } from '../../plots/scores';
import { chip } from '../../section';
import { shownRest } from '../../suppress';
import { table, type Cell } from '../../table';
import type { View } from '../../view';

const KIND: Readonly<Record<Finalist['outcome'], 'good' | 'warn' | 'plain'>> = {
  chosen: 'good',
  tie: 'warn',
  lost: 'plain',
};
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** One reason a line: the candidates of an algorithm failed for reasons of their own. */
const reasons = (why: string): Html =>
  markup`${why.split(' | ').map((reason, i) => markup`${i > 0 ? markup`<br>` : ''}${sentence(reason)}`)}`;

/** The best of every algorithm against each other, and those that had nothing to offer. */
export function between({ selection, kMin }: View): Html {
  const { finalists, withoutFinalist } = selection;
  if (finalists.length + withoutFinalist.length < 2) {
    const [only] = finalists;
    return markup`<h3>Which algorithm</h3>
<p>Only ${algorithmName(selection.chosen.algorithm)} took part: <code>modeling.algorithms</code> names no other.${
      only && only.outOfBag !== null
        ? markup` On customers left out of the resamples it reaches an adjusted Rand index of ${fixed(only.outOfBag, 2)}, on column-permuted data ${fixed(only.permuted, 2)}.`
        : ''
    }</p>`;
  }
  const assigned = (f: Finalist): string => shownRest(f.assigned, selection.sample.customers, kMin);
  return markup`<h3>Which algorithm</h3>
<p>${selection.between}</p>
<p>Resamples overlap, so the standard error is a yardstick and no test. On permuted data every column keeps its values, but no two columns belong together any more: what an algorithm finds again there is its own habit.</p>
${finalists.length > 0 ? scores(finalists.filter(isCompared), assigned) : ''}
${table({
  caption: 'The best of every algorithm, and how it fared',
  quietCaption: true,
  className: 'candidates finalists',
  columns: [
    { head: 'Algorithm' },
    { head: 'Outcome' },
    { head: 'Groups', numeric: true },
    { head: 'Agreement, left out', numeric: true },
    { head: 'On permuted data', numeric: true },
    { head: 'Score', numeric: true },
    { head: 'Behind the best', numeric: true },
    { head: 'Assigned', numeric: true },
  ],
  notes: [...finalists.map(({ why }) => sentence(why)), ...withoutFinalist.map(({ why }) => reasons(why))],
  rows: [
    ...finalists.map((f): Cell[] => [
      markup`${algorithmName(f.algorithm)}${f.model === null ? '' : markup` <span class="sub below">${f.model}</span>`}`,
      chip(KIND[f.outcome], capital(OUTCOME[f.outcome])),
      f.k,
      fixed(f.outOfBag, 3),
      fixed(f.permuted, 3),
      fixed(f.score, 3),
      f.behind === 0 ? '–' : markup`${fixed(f.behind, 3)} <span class="sub below">± ${fixed(f.error, 3)}</span>`,
      assigned(f),
    ]),
    ...withoutFinalist.map(({ algorithm }): Cell[] => [
      algorithmName(algorithm),
      chip('bad', 'No candidate'),
      ...new Array<string>(6).fill('–'),
    ]),
  ],
})}`;
}
