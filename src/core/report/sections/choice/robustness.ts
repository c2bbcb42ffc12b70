import { drawnAs, methodName } from '../../algorithms';
import { count, fixed, index, sentence } from '../../format';
import { markup, type Html } from '../../html';
import { SAME_STORY } from '../../second-sample';
import { notice } from '../../section';
import { table } from '../../table';
import type { View } from '../../view';
import { stability } from '../cast';

/** Stability of each persona, the second sample's finding, and the second implementation's word. */
export function robustness(view: View): Html {
  const { sample } = view.selection;
  return markup`<h3>Would they come back?</h3>
${sample.resamples === 0 ? notice('warn', markup`<strong>Not looked at.</strong> The customers were not drawn again (<code>modeling.stability.resamples: 0</code>): nothing is known of how well these personas come back.`) : resampled(view)}
${secondSample(view)}
${independentCheck(view)}`;
}

function resampled({ cast, chosen, selection, second, candidateClusters }: View): Html {
  const { sample } = selection;
  const again = second.jaccards.length > 0;
  return markup`<p>${count(sample.resamples)} times, ${drawnAs(selection.chosen.algorithm, count(sample.rows))} and grouped again. The Jaccard similarity says how much of a persona was found again: 0.75 and more is stable, 0.6 to 0.75 a pattern, less is not to be trusted. Recovered: 0.75 or more; dissolved: 0.5 or less (Hennig 2007).</p>
${table({
  caption: 'Stability of each persona under resampling, and on a second sample',
  quietCaption: true,
  columns: [
    { head: 'Persona' },
    { head: 'Stability' },
    { head: 'Mean Jaccard', numeric: true },
    { head: 'Recovered', numeric: true },
    { head: 'Dissolved', numeric: true },
    ...(again ? [{ head: 'Jaccard, second sample', numeric: true }] : []),
  ],
  rows: cast.map((member) => {
    const { cluster, stability: own } = member.persona;
    const s = chosen?.stability[candidateClusters[cluster]];
    return [
      member.title,
      stability(member),
      fixed(own.jaccard, 3),
      s ? `${s.recovered} of ${sample.resamples}` : '–',
      s ? `${s.dissolved} of ${sample.resamples}` : '–',
      ...(again ? [fixed(second.jaccards[cluster], 3)] : []),
    ];
  }),
})}`;
}

function secondSample({ second }: View): Html {
  const { adjustedRand, rows, finding } = second;
  if (rows === 0) return notice('plain', markup`<strong>No second sample.</strong> ${sentence(finding)}`);
  const holds = adjustedRand !== null && adjustedRand >= SAME_STORY;
  return notice(
    holds ? 'good' : 'warn',
    markup`<strong>${holds ? 'A second sample agrees.' : 'A second sample tells another story in part.'}</strong> ${sentence(finding)} These ${count(rows)} customers had no part in the choice. Only the specification that was chosen was fitted to them: whether they would have led to the same choice was not asked.`,
  );
}

function independentCheck({ check, model }: View): Html {
  return notice(
    check.passed ? 'good' : 'bad',
    markup`<strong>${check.passed ? 'A second implementation agrees.' : 'A second implementation does not agree.'}</strong> Checked was ${check.of}: ${check.implementation} put ${count(check.disagreements)} of ${count(check.rows)} customers elsewhere${
      check.ties > 0 ? `, ${count(check.ties)} of them ties` : ''
    }; of its centres the one nearest to its limit lies ${scientific(check.largestMove)} standard deviations of the column from ours (allowed ${scientific(check.allowedMove)}). Published: ${methodName(model.algorithm, model.model)}, k = ${model.k}, inertia ${index(model.inertia)}.`,
  );
}

/** Small figures as `1.2 × 10⁻⁹`. */
function scientific(value: number): Html | string {
  if (value === 0 || Math.abs(value) >= 0.001) return fixed(value, value === 0 ? 0 : 4);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  return markup`${mantissa} × 10<sup>${exponent.replace('-', '−')}</sup>`;
}
