import { ALGORITHMS } from '../../../contracts/algorithms';
import { algorithmInText } from '../algorithms';
import { count, percent, sentence } from '../format';
import { markup } from '../html';
import { notice, type Section } from '../section';
import type { View } from '../view';
import { algorithmPart } from './choice/algorithm';
import { between } from './choice/between';
import { robustness } from './choice/robustness';

/** Why this model won: the algorithms against each other, each one's candidates by its own rule, and whether the personas would come back. */
export function choiceSection(view: View): Section {
  const { selection } = view;
  const { algorithm, k } = selection.chosen;
  const took = new Set(selection.candidates.map((candidate) => candidate.algorithm));
  const order = [algorithm, ...ALGORITHMS.filter((other) => other !== algorithm && took.has(other))];
  return {
    id: 'choice',
    nav: 'Why this model',
    title: `Why ${k} personas, and why ${algorithmInText(algorithm)}`,
    lead: selection.why,
    body: markup`${selection.warnings.map((warning) => notice('warn', markup`<strong>Note.</strong> ${sentence(warning)}`))}
${ground(view)}
${between(view)}
<h3>How each algorithm found its best</h3>
<p>Each algorithm chooses among its own candidates by its own rule. In the plots the diamond is its best, hollow points were rejected, and the numbers of groups that the objective allows are shaded.</p>
${order.map((name) => algorithmPart(view, name))}
${robustness(view)}`,
  };
}

/** What holds for all of them: the sample, the range of k, the gates. */
function ground({ selection, config }: View) {
  const { sample, range, limits } = selection;
  const { minShare, maxShare, minCustomers } = config.modeling.sizeGates;
  const drawn =
    sample.rows < sample.customers
      ? `a sample of ${count(sample.rows)} of the ${count(sample.customers)} customers`
      : `all ${count(sample.customers)} customers`;
  const compared = sample.resamples === 0 ? 'compared as they are, without drawing customers again' : `compared over ${count(sample.resamples)} resamples of them`;
  return markup`<p>Candidates were fitted to ${drawn} and ${compared}. Personas were sought from ${range.min} to ${range.max}, with one less and one more for information; the objective allows ${limits.min} to ${limits.max}. A candidate had to keep every persona between ${percent(minShare)} and ${percent(maxShare)} of the customers, and at ${count(minCustomers)} customers or more.</p>`;
}
