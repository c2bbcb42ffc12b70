import type { Candidate } from '../../../contracts/selection';
import { count, fixed, index, percent, sentence } from '../format';
import { markup, type Html } from '../html';
import { criteria } from '../plots/criteria';
import { chip, notice, type Section } from '../section';
import { suppress } from '../../privacy/suppress';
import { table } from '../table';
import type { View } from '../view';
import { stability } from './cast';

/** How the number of personas was chosen: criteria, every candidate with its fate, and what each criterion alone would have taken. */
export function choiceSection(view: View): Section {
  const { selection, config } = view;
  return {
    id: 'choice',
    nav: 'Why this many',
    title: `Why ${selection.chosen.k} personas`,
    lead: selection.why,
    body: markup`${selection.warnings.map((warning) => notice('warn', markup`<strong>Note.</strong> ${sentence(warning)}`))}
<p>Rule: ${selection.rule} Personas were sought from ${selection.range.min} to ${selection.range.max}; the objective allows ${selection.limits.min} to ${selection.limits.max} (shaded in the plots; the diamond is the choice, hollow points were rejected). A candidate also had to keep every persona between ${percent(config.modeling.sizeGates.minShare)} and ${percent(config.modeling.sizeGates.maxShare)} of the customers, and at ${count(config.modeling.sizeGates.minCustomers)} customers or more.</p>
${criteria(view)}
${candidates(view)}
${evidence(view)}
${robustness(view)}`,
  };
}

const STATUS: Readonly<Record<Candidate['status'], readonly ['good' | 'warn' | 'bad' | 'plain', string]>> = {
  chosen: ['good', 'Chosen'],
  lost: ['plain', 'Lost'],
  rejected: ['bad', 'Rejected'],
  information: ['plain', 'Not allowed'],
};

/** Share of the smallest group; of a group too small to be shown only that it is below kMin customers. */
function smallestShare({ sizes, shares }: Candidate, { kMin, selection }: View): string {
  if (sizes.length === 0) return '–';
  return typeof suppress(Math.min(...sizes), kMin) === 'number'
    ? percent(Math.min(...shares))
    : `< ${percent(kMin / selection.sample.customers)}`;
}

function candidates(view: View): Html {
  const { selection } = view;
  return markup`<h3>Every candidate and its fate</h3>
<p>Starts: how many of the starts reached the best solution.</p>
${table({
  caption: 'Candidates with their criteria, gates and the reason for their fate',
  quietCaption: true,
  className: 'candidates',
  columns: [
    { head: 'Personas' },
    { head: 'Status' },
    { head: 'Silhouette', numeric: true },
    { head: 'Jaccard', numeric: true },
    { head: 'Calinski-Harabasz', numeric: true },
    { head: 'Davies-Bouldin', numeric: true },
    { head: 'Inertia', numeric: true },
    { head: 'Smallest', numeric: true },
    { head: 'Largest', numeric: true },
    { head: 'Starts', numeric: true },
    { head: 'Why', className: 'prose' },
  ],
  rows: selection.candidates.map((c) => {
    const [kind, word] = STATUS[c.status];
    return [
      c.k,
      chip(kind, word),
      index(c.silhouette),
      fixed(c.meanJaccard, 2),
      index(c.calinskiHarabasz),
      index(c.daviesBouldin),
      c.sizes.length > 0 ? index(c.inertia) : '–',
      smallestShare(c, view),
      percent(c.shares.length > 0 ? Math.max(...c.shares) : null),
      `${c.replicated} of ${c.restarts}`,
      c.why,
    ];
  }),
})}`;
}

const CRITERIA: Readonly<Record<string, string>> = {
  'calinski-harabasz': 'Calinski-Harabasz',
  'davies-bouldin': 'Davies-Bouldin',
};
const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const evidence = ({ selection }: View): Html => markup`<h3>What each criterion alone would have taken</h3>
${table({
  caption: 'The number of personas each criterion alone would have taken',
  quietCaption: true,
  columns: [
    { head: 'Criterion' },
    { head: 'Would take', numeric: true },
    { head: 'Agrees' },
    { head: 'Note', className: 'prose' },
  ],
  rows: selection.evidence.map((e) => [
    CRITERIA[e.criterion] ?? sentenceCase(e.criterion),
    count(e.k),
    e.agrees ? chip('good', 'yes') : chip('plain', 'no'),
    e.note,
  ]),
})}`;

/** Stability of each persona, and the second implementation's word. */
function robustness({ cast, chosen, check, selection, model }: View): Html {
  return markup`<h3>Would they come back?</h3>
<p>${count(selection.sample.resamples)} times, ${count(selection.sample.bootstrapRows)} customers were drawn anew and grouped again. The Jaccard similarity says how much of a persona was found again: 0.75 and more is stable, 0.6 to 0.75 a pattern, less is not to be trusted (Hennig 2007).</p>
${table({
  caption: 'Stability of each persona under resampling',
  quietCaption: true,
  columns: [
    { head: 'Persona' },
    { head: 'Stability' },
    { head: 'Mean Jaccard', numeric: true },
    { head: 'Recovered', numeric: true },
    { head: 'Dissolved', numeric: true },
  ],
  rows: cast.map((member) => {
    const s = chosen?.stability[member.persona.cluster];
    return [
      member.title,
      stability(member),
      fixed(member.persona.stability.jaccard, 3),
      s ? `${s.recovered} of ${selection.sample.resamples}` : '–',
      s ? `${s.dissolved} of ${selection.sample.resamples}` : '–',
    ];
  }),
})}
${notice(
  check.passed ? 'good' : 'bad',
  markup`<strong>${check.passed ? 'A second implementation agrees.' : 'A second implementation does not agree.'}</strong> ${check.implementation} put ${count(check.disagreements)} of ${count(check.rows)} customers elsewhere${
    check.ties > 0 ? `, ${count(check.ties)} of them ties` : ''
  }; of its centres the one nearest to its limit lies ${scientific(check.largestMove)} standard deviations of the column from ours (allowed ${scientific(check.allowedMove)}). Published: k-means, k = ${model.k}, inertia ${index(model.inertia)}.`,
)}`;
}

/** Small figures as `1.2 × 10⁻⁹`. */
function scientific(value: number): Html | string {
  if (value === 0 || Math.abs(value) >= 0.001) return fixed(value, value === 0 ? 0 : 4);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  return markup`${mantissa} × 10<sup>${exponent.replace('-', '−')}</sup>`;
}
