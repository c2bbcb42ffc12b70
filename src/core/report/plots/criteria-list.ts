import type { Algorithm } from '../../../contracts/algorithms';
import type { Candidate } from '../../../contracts/selection';
import { STABLE_SILHOUETTE, stableSilhouette } from '../../selection/rule';
import { BIC_SCALE } from '../algorithms';
import { fixed, index, percent } from '../format';
import { isSmallShare } from '../suppress';
import type { View } from '../view';
import type { CriterionPlot } from './criterion';

/** One criterion over the candidates of an algorithm. */
export interface Criterion extends Pick<
  CriterionPlot,
  'title' | 'note' | 'axis' | 'fromZero' | 'size' | 'beside' | 'format'
> {
  readonly id: string;
  readonly valueOf: (candidate: Candidate, view: View) => number | null;
  readonly errorOf?: (candidate: Candidate) => number | null;
  readonly textOf?: (value: number | null) => string;
  readonly askedOf?: (view: View) => number;
}

const ELBOW: Criterion = {
  id: 'elbow',
  title: 'Elbow',
  note: 'Spread left within the groups (inertia). It always falls; a bend marks where more groups stop paying.',
  axis: 'Inertia',
  valueOf: (c) => (c.sizes.length > 0 ? c.inertia : null),
  fromZero: true,
};
const SILHOUETTE: Criterion = {
  id: 'silhouette',
  title: 'Silhouette',
  note: 'How much nearer customers are to their own group than to the next. Higher is better; −1 to 1. Bars: one standard error.',
  axis: 'Mean silhouette',
  valueOf: (c) => c.silhouette,
  errorOf: (c) => c.silhouetteError,
};
const JACCARD: Criterion = {
  id: 'jaccard',
  title: 'Stability (Jaccard)',
  note: 'How well the groups come back when the customers are resampled. Higher is better; the dashed line is what is asked for.',
  axis: 'Mean Jaccard',
  valueOf: (c) => c.meanJaccard,
  askedOf: ({ config }) => config.modeling.stability.accept,
};
const STABLE: Criterion = {
  id: 'stable-silhouette',
  title: 'What the rule looks at',
  note: 'The silhouette, discounted by how well the groups come back. The highest of those that pass the gates is taken.',
  axis: STABLE_SILHOUETTE,
  valueOf: stableSilhouette,
};
const INDICES: readonly Criterion[] = [
  {
    id: 'calinski-harabasz',
    title: 'Calinski-Harabasz',
    note: 'Spread between groups over spread within. Higher is better.',
    axis: 'Index',
    valueOf: (c) => c.calinskiHarabasz,
  },
  {
    id: 'davies-bouldin',
    title: 'Davies-Bouldin',
    note: 'Overlap of each group with its most similar one. Lower is better.',
    axis: 'Index',
    valueOf: (c) => c.daviesBouldin,
  },
];
const GAP: Criterion = {
  id: 'gap',
  title: 'Gap statistic',
  note: 'How much tighter the groups are than in data without any. Alone it would take the smallest number within one standard error (bars) of the next.',
  axis: 'Gap',
  valueOf: (c) => c.gap?.value ?? null,
  errorOf: (c) => c.gap?.error ?? null,
};

/** Share of pairs from which a split counts as predicted (Tibshirani and Walther 2005). */
const PREDICTED = 0.8;
const STRENGTH: Criterion = {
  id: 'prediction-strength',
  title: 'Prediction strength',
  note: `How well one half of the customers predicts the groups of the other. Alone it would take the largest number above the dashed line (${PREDICTED}).`,
  axis: 'Strength',
  valueOf: (c) => c.predictionStrength,
  askedOf: () => PREDICTED,
};
const MIXTURE: readonly Criterion[] = [
  {
    id: 'bic',
    title: 'BIC',
    note: `Misfit plus a price for every parameter, one line per covariance model. BIC: ${BIC_SCALE}. Solutions on collapsed components have been rejected and are not drawn.`,
    axis: 'BIC (lower is better)',
    valueOf: (c) => c.mixture?.bic ?? null,
    beside: { head: 'mclust’s BIC (higher is better)', textOf: (value) => index(-value) },
    size: 'wide',
  },
  {
    id: 'icl',
    title: 'ICL',
    note: `BIC plus a price for overlap. ICL: ${BIC_SCALE}.`,
    axis: 'ICL (lower is better)',
    valueOf: (c) => c.mixture?.icl ?? null,
    beside: { head: 'mclust’s ICL (higher is better)', textOf: (value) => index(-value) },
  },
  {
    id: 'entropy',
    title: 'Relative entropy',
    note: 'How clearly the components share the customers: 1 is clear, 0 a guess. It describes and decides nothing.',
    axis: 'Relative entropy',
    valueOf: (c) => c.mixture?.entropy ?? null,
  },
];
const NOISE: readonly Criterion[] = [
  {
    id: 'clusters',
    title: 'Dense regions found',
    note: 'The algorithm finds their number itself.',
    axis: 'Groups',
    valueOf: (c) => c.k,
    textOf: (value) => fixed(value, 0),
    fromZero: true,
  },
  {
    id: 'unassigned',
    title: 'Left unassigned',
    note: 'Customers outside of all dense regions. The dashed line is the most that is allowed.',
    axis: 'Share of customers',
    valueOf: (c, { selection, kMin }) =>
      isSmallShare(c.unassigned, selection.sample.customers, kMin) ? null : c.unassigned,
    textOf: percent,
    askedOf: ({ config }) => config.modeling.density.maxNoise,
    fromZero: true,
    format: '.0%',
  },
];

/** What is drawn for each algorithm, in order. */
export const CRITERIA: Readonly<Record<Algorithm, readonly Criterion[]>> = {
  kmeans: [STABLE, SILHOUETTE, JACCARD, ELBOW, ...INDICES, GAP, STRENGTH],
  hierarchical: [STABLE, SILHOUETTE, JACCARD, ELBOW, ...INDICES, GAP, STRENGTH],
  mixture: [...MIXTURE, JACCARD, SILHOUETTE],
  density: [...NOISE, JACCARD, SILHOUETTE],
};
