import { drawnAs } from '../algorithms';
import { count, fixed, index, list, percent, sentence } from '../format';
import type { View } from '../view';
import { markdown, tableOf } from './markdown';

/** The criteria of the chosen candidate with the sense of each, the independent check, stability and the second sample. */
export function metrics({ chosen, check, second, selection, pca, cast: members }: View): string {
  const mixture = chosen?.mixture;
  const won = selection.finalists.find(({ outcome }) => outcome === 'chosen');
  const rows = [
    [
      'Agreement on customers left out (adjusted Rand; higher is better)',
      won && won.outOfBag !== null ? `${fixed(won.outOfBag, 3)}, on permuted data ${fixed(won.permuted, 3)}` : '–',
    ],
    ['Mean Jaccard over the resamples (higher is better)', fixed(chosen?.meanJaccard, 3)],
    [
      'Mean silhouette (higher is better; −1 to 1)',
      chosen?.silhouetteError
        ? `${index(chosen.silhouette)} ± ${fixed(chosen.silhouetteError, 3)}`
        : index(chosen?.silhouette),
    ],
    ['Calinski-Harabasz (higher is better)', index(chosen?.calinskiHarabasz)],
    ['Davies-Bouldin (lower is better)', index(chosen?.daviesBouldin)],
    ['Inertia (lower is tighter; falls with k)', index(chosen?.inertia)],
    ...(chosen?.gap
      ? [['Gap statistic (higher is better)', `${fixed(chosen.gap.value, 3)} ± ${fixed(chosen.gap.error, 3)}`]]
      : []),
    ...(typeof chosen?.predictionStrength === 'number'
      ? [['Prediction strength (higher is better)', fixed(chosen.predictionStrength, 3)]]
      : []),
    ...(mixture
      ? [
          [
            'BIC (lower is better; mclust prints the negative)',
            `${index(mixture.bic)} (mclust: ${index(-mixture.bic)})`,
          ],
          [
            'ICL (lower is better; mclust prints the negative)',
            `${index(mixture.icl)} (mclust: ${index(-mixture.icl)})`,
          ],
          ['Log-likelihood, free parameters', `${fixed(mixture.logLikelihood, 1)}, ${count(mixture.df)}`],
          ['Relative entropy (1 is clear, 0 a guess)', fixed(mixture.entropy, 3)],
        ]
      : []),
    ['Starts that reached the solution', chosen ? `${chosen.replicated} of ${chosen.restarts}` : '–'],
    ['Variance on two components', percent((pca.explained[0] ?? 0) + (pca.explained[1] ?? 0))],
    [
      `Independent check (${markdown(check.implementation)})`,
      `${check.passed ? 'passed' : 'not passed'} for ${markdown(check.of)}: ${count(check.disagreements)} of ${count(check.rows)} differ`,
    ],
  ];
  const labels = ['stable', 'pattern', 'not to be trusted'].map(
    (label) => `${members.filter(({ persona }) => persona.stability.label === label).length} ${label}`,
  );
  return `${tableOf(['Metric', 'Value'], rows)}

Criteria are those of the chosen candidate on the selection sample.

Stability: ${selection.sample.resamples === 0 ? 'not looked at, the customers were not drawn again.' : stabilityText(selection, labels)}

Second sample: ${markdown(sentence(second.finding))}`;
}

const stabilityText = ({ sample, chosen }: View['selection'], labels: readonly string[]): string =>
  `${count(sample.resamples)} times, ${drawnAs(chosen.algorithm, count(sample.rows))} and grouped again; mean Jaccard similarity with the best match of each persona (Hennig 2007). From 0.75 on a persona is stable, from 0.6 on a pattern, below it is not to be trusted: ${list(labels)}.`;
