import type { PcaReport } from '../../../contracts/selection';
import { directionWords } from '../direction';
import { count, percent } from '../format';
import type { Html } from '../html';
import type { View } from '../view';
import { ellipses } from './ellipses';
import { scatter } from './scatter';

/** Map of the customers on the first two principal components, coloured by persona; of a mixture with the region of each persona. */
export function pcaScatter(view: View): Html {
  const { pca } = view;
  const regions = ellipses(view);
  const direction = (i: number): string => directionWords(view, pca.columns, pca.components[i] ?? []);
  return scatter(view, {
    id: 'pca-scatter',
    title: 'The customers on a map',
    points: pca.scatter,
    noteOf: (shown) =>
      `Each point is one customer of a sample of ${count(shown)}. The two directions keep ${percent(
        (pca.explained[0] ?? 0) + (pca.explained[1] ?? 0),
      )} of the variation, so personas that overlap here may still be apart. To the right: ${direction(0)}. Up: ${direction(1)}.${
        regions === null ? '' : ' Each outline holds half of its persona, as the mixture sees it.'
      } A picture only: nothing was decided on it.`,
    altOf: (shown, whom) =>
      `Scatter plot of ${count(shown)} customers on the first two principal components, coloured and shaped by ${whom}.`,
    axes: [axisTitle(pca, 0), axisTitle(pca, 1)],
    names: ['Component 1', 'Component 2'],
    regions,
  });
}

const axisTitle = ({ explained }: PcaReport, i: number): string =>
  `Component ${i + 1} (${percent(explained[i])} of the variation)`;
