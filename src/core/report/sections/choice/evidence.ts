import type { Algorithm } from '../../../../contracts/algorithms';
import { count } from '../../format';
import { markup, type Html } from '../../html';
import { chip } from '../../section';
import { table } from '../../table';
import type { View } from '../../view';

const CRITERIA: Readonly<Record<string, string>> = {
  'calinski-harabasz': 'Calinski-Harabasz',
  'davies-bouldin': 'Davies-Bouldin',
  'prediction-strength': 'Prediction strength',
  bic: 'BIC (lower is better)',
  icl: 'ICL (lower is better)',
  blrt: 'Bootstrap likelihood ratio',
};
const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What each criterion alone would have taken among the candidates of an algorithm: what speaks for its best, and what against. */
export function evidence({ selection }: View, algorithm: Algorithm): Html | string {
  const choices = selection.evidence.filter((entry) => entry.algorithm === algorithm);
  if (choices.length === 0) return '';
  const agreeing = choices.filter(({ agrees }) => agrees).length;
  return markup`<h4>What each criterion alone would have taken</h4>
<p>Gates and limits aside. ${agreeing === 0 ? 'None' : agreeing} of the ${choices.length} criteria would have taken the same number of groups as the rule.</p>
${table({
  caption: `The number of groups each criterion alone would have taken, ${algorithm}`,
  quietCaption: true,
  columns: [
    { head: 'Criterion' },
    { head: 'Would take', numeric: true },
    { head: 'Agrees' },
    { head: 'Note', className: 'prose' },
  ],
  rows: choices.map((e) => [
    CRITERIA[e.criterion] ?? sentenceCase(e.criterion),
    count(e.k),
    e.agrees ? chip('good', 'yes') : chip('plain', 'no'),
    e.note,
  ]),
})}`;
}
