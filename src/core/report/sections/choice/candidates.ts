import type { Algorithm } from '../../../../contracts/algorithms';
import type { Candidate } from '../../../../contracts/selection';
import { suppress } from '../../../privacy/suppress';
import { STABLE_SILHOUETTE, stableSilhouette } from '../../../selection/rule';
import { BIC_SCALE } from '../../algorithms';
import { count, fixed, index, percent } from '../../format';
import { markup, type Html } from '../../html';
import { chip } from '../../section';
import { table, type Cell, type Column } from '../../table';
import { shownShare } from '../../suppress';
import { textOr } from '../../undefined-because';
import type { View } from '../../view';

const FATE: Readonly<Record<Candidate['status'], readonly ['good' | 'warn' | 'bad' | 'plain', string]>> = {
  chosen: ['good', 'Chosen'],
  finalist: ['warn', 'Best of its kind'],
  lost: ['plain', 'Lost'],
  rejected: ['bad', 'Rejected'],
  information: ['plain', 'Not allowed'],
};

interface Figure {
  readonly head: string;
  /** `–` where the candidate has none. */
  readonly cell: (candidate: Candidate, view: View) => Cell;
}

const figureOf = (head: string, textOf: (candidate: Candidate) => string): Figure => ({ head, cell: textOf });

/** A figure with what goes with it in small print below. */
const over = (text: string, below: string | null): Cell =>
  text === '–' || below === null ? text : markup`${text} <span class="sub below">${below}</span>`;
const withError = (value: number | null, error: number | null): Cell =>
  over(index(value), error === null ? null : `± ${fixed(error, 3)}`);

const SILHOUETTE: Figure = {
  head: 'Silhouette',
  cell(candidate) {
    if (candidate.silhouette !== null) return withError(candidate.silhouette, candidate.silhouetteError);
    return candidate.undefinedBecause === null
      ? '–'
      : { content: textOr('–', candidate), className: 'quiet-cell wrap' };
  },
};
const JACCARD = figureOf('Jaccard', (c) => fixed(c.meanJaccard, 2));
const STABLE = figureOf(STABLE_SILHOUETTE, (c) => fixed(stableSilhouette(c), 3));
const STRENGTH = figureOf('Prediction strength', (c) => fixed(c.predictionStrength, 2));
const STARTS = figureOf('Starts that found it', (c) => (c.restarts === 0 ? '–' : `${c.replicated} of ${c.restarts}`));
const SPREAD: readonly Figure[] = [
  figureOf('Calinski-Harabasz', (c) => index(c.calinskiHarabasz)),
  figureOf('Davies-Bouldin', (c) => index(c.daviesBouldin)),
  figureOf('Inertia', (c) => (c.sizes.length > 0 ? index(c.inertia) : '–')),
];
const GAP: Figure = { head: 'Gap', cell: ({ gap }) => (gap === null ? '–' : withError(gap.value, gap.error)) };
const SIZES: Figure = {
  head: 'Smallest to largest',
  cell: (candidate, view) => over(smallestShare(candidate, view), largestShare(candidate, view)),
};
const negative = (value: number): string => `mclust ${index(-value)}`;
const LIKELIHOOD: readonly Figure[] = [
  {
    head: 'BIC (lower is better)',
    cell: ({ mixture }) => (mixture === null ? '–' : over(index(mixture.bic), negative(mixture.bic))),
  },
  {
    head: 'ICL (lower is better)',
    cell: ({ mixture }) => (mixture === null ? '–' : over(index(mixture.icl), negative(mixture.icl))),
  },
  {
    head: 'Log-likelihood, free parameters',
    cell: ({ mixture }) =>
      mixture === null ? '–' : over(fixed(mixture.logLikelihood, 1), `${count(mixture.df)} free`),
  },
  figureOf('Relative entropy', (c) => fixed(c.mixture?.entropy, 3)),
];

const FIGURES: Readonly<Record<Algorithm, readonly Figure[]>> = {
  kmeans: [STABLE, SILHOUETTE, JACCARD, ...SPREAD, GAP, STRENGTH, SIZES, STARTS],
  hierarchical: [STABLE, SILHOUETTE, JACCARD, ...SPREAD, STRENGTH, SIZES],
  mixture: [...LIKELIHOOD, JACCARD, SILHOUETTE, SIZES, STARTS],
  density: [
    {
      head: 'Unassigned',
      cell: ({ unassigned }, { selection, kMin }) => shownShare(unassigned, selection.sample.customers, kMin),
    },
    SILHOUETTE,
    JACCARD,
    STRENGTH,
    SIZES,
  ],
};

const NOTES: Readonly<Record<Algorithm, string>> = {
  kmeans: 'The criteria are those of the sample, the sizes those of all customers.',
  hierarchical: 'All of them are cuts of one tree: a coarser one joins groups of a finer one.',
  mixture: `Lowest BIC first. BIC and ICL: ${BIC_SCALE}. A solution that fewer than two starts found is not taken. Only the lowest BICs were resampled, until one came back.`,
  density:
    'The silhouette is that of the assigned customers only, so it grows as more of them are left out: it is not compared with that of other algorithms.',
};

/** What a sample means for the figures of an algorithm. */
function sampleNotes({ selection: { sample } }: View, algorithm: Algorithm, candidates: readonly Candidate[]): string {
  const drawn = candidates.map(({ silhouetteDraw }) => silhouetteDraw?.rows ?? 0).filter((rows) => rows > 0);
  const silhouettes =
    drawn.length === 0
      ? ''
      : ` Silhouettes are estimates from at least ${count(Math.min(...drawn))} of the sampled customers, each measured against all of them; the error of that draw is in theirs.`;
  if (algorithm !== 'density' || sample.rows === sample.customers) return silhouettes;
  return `${silhouettes} A density is fitted to the sample and stays that of the ${count(sample.rows)} customers in it, also where it is published: all customers are scored by it, and what is dense only among all ${count(sample.customers)} is not seen.`;
}

/** Share of the smallest group; of a group too small to be shown only that it is below kMin customers. */
function smallestShare({ sizes, shares }: Candidate, { kMin, selection }: View): string {
  if (sizes.length === 0) return '–';
  return shownShare(Math.min(...shares), selection.sample.customers, kMin);
}

/** Share of the largest group; null where it would tell that of the only other one. */
function largestShare({ sizes, shares }: Candidate, { kMin }: View): string | null {
  const others = sizes.reduce((sum, size) => sum + size, 0) - Math.max(...sizes);
  return sizes.length < 2 || suppress(others, kMin) === 'small' ? null : `to ${percent(Math.max(...shares))}`;
}

/** Every candidate of an algorithm, with its figures, its fate and the reason. */
export function candidatesTable(view: View, algorithm: Algorithm, candidates: readonly Candidate[]): Html {
  const used = FIGURES[algorithm].filter(({ cell }) => candidates.some((candidate) => cell(candidate, view) !== '–'));
  const columns: Column[] = [
    { head: 'Groups' },
    ...(algorithm === 'kmeans' ? [] : [{ head: 'Model' }]),
    { head: 'Fate' },
    ...used.map(({ head }) => ({ head, numeric: true })),
  ];
  const inOrder = ordered(algorithm, candidates);
  return markup`<h4>Every candidate and its fate</h4>
<p>${NOTES[algorithm]}${sampleNotes(view, algorithm, candidates)}</p>
${table({
  caption: `Candidates of ${algorithm}: criteria and the reason for their fate`,
  quietCaption: true,
  className: 'candidates',
  columns,
  notes: inOrder.map(({ why }) => why),
  rows: inOrder.map((candidate) => {
    const [kind, word] = FATE[candidate.status];
    return [
      candidate.k,
      ...(algorithm === 'kmeans' ? [] : [candidate.model ?? '–']),
      chip(kind, word),
      ...used.map(({ cell }) => cell(candidate, view)),
    ];
  }),
})}`;
}

/** Mixtures by their BIC, those without one last; all others as they were tried. */
function ordered(algorithm: Algorithm, candidates: readonly Candidate[]): readonly Candidate[] {
  if (algorithm !== 'mixture') return candidates;
  return [...candidates].sort((a, b) => (a.mixture?.bic ?? Infinity) - (b.mixture?.bic ?? Infinity) || 0);
}
