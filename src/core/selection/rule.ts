import type { Algorithm } from '../../contracts/algorithms';
import type { MeasuredCandidate } from '../../contracts/selection';

type Limits = { readonly min: number; readonly max: number };
type Judged = Pick<MeasuredCandidate, 'algorithm' | 'k' | 'withinLimits' | 'gates' | 'silhouette' | 'meanJaccard' | 'mixture' | 'unassigned'>;
type Resampled = { readonly at: number; readonly candidate: Judged & { readonly meanJaccard: number } };

/** What the rule took among the candidates of one algorithm. */
export interface Choice {
  /** Index among the candidates. */
  readonly candidate: number;
  /** Whether it reaches the asked stability. */
  readonly reproduced: boolean;
}

export const passes = ({ gates }: Pick<MeasuredCandidate, 'gates'>): boolean => gates.every(({ passed }) => passed);

/** Candidates that may be chosen: inside the limits, through all gates, with two clusters or more. */
export const eligible = (candidate: Judged): boolean => candidate.withinLimits && candidate.k >= 2 && passes(candidate);

/** Algorithms whose candidates are compared by `stableSilhouette`: partitions of everyone around centres. */
export const isBySilhouette = (algorithm: Algorithm): boolean => algorithm === 'kmeans' || algorithm === 'hierarchical';

/** Chosen on the half of the study in docs/choosing.md that shapes rules, from 0.1, 0.2, 0.25, 0.3, 1/3, 0.4, 0.5, 0.6 and 1. */
const DISCOUNT = 0.4;

/** How `stableSilhouette` is written for people. */
export const STABLE_SILHOUETTE = `silhouette × Jaccard^${DISCOUNT}`;

/**
 * How far apart the clusters are, discounted by how far they come back when the customers are drawn again: the mean silhouette times a power of
 * the mean Jaccard similarity.
 *
 * @returns Up to 1. A silhouette below 0 is no separation and is left as it is. Null where either is not known.
 *
 * Rousseeuw, J. Computational and Applied Mathematics 20, 1987; Hennig, Computational Statistics & Data Analysis 52, 2007.
 */
export function stableSilhouette({ silhouette, meanJaccard }: Pick<MeasuredCandidate, 'silhouette' | 'meanJaccard'>): number | null {
  if (silhouette === null || meanJaccard === null) return null;
  return silhouette > 0 ? silhouette * meanJaccard ** DISCOUNT : silhouette;
}

/** The rule in words, for the report. */
export function ruleText(algorithm: Algorithm, { min, max }: Limits, accept: number, drawn = true): string {
  const gates = 'that pass the gates';
  if (!drawn) return ruleWithout(algorithm, `from ${min} to ${max} ${gates}`);
  const otherwise = 'where none has, the one with the highest mean Jaccard';
  const reproduced = `and have a mean Jaccard of at least ${accept} over the resamples; ${otherwise}.`;
  switch (algorithm) {
    case 'kmeans':
    case 'hierarchical':
      return (
        `Of the k from ${min} to ${max} ${gates} the one with the highest ${STABLE_SILHOUETTE}: how far apart the clusters are (mean silhouette), ` +
        'discounted by how far they come back over the resamples (a power of the mean Jaccard).'
      );
    case 'mixture':
      return `The lowest BIC among the covariance models and k from ${min} to ${max} that are estimable, found by two starts or more, pass the gates ${reproduced}`;
    case 'density':
      return `The largest number of dense clusters from ${min} to ${max} among those ${gates} ${reproduced} Of equal numbers the one that leaves fewer customers unassigned.`;
  }
}

/** The same where nothing is drawn anew. */
function ruleWithout(algorithm: Algorithm, which: string): string {
  switch (algorithm) {
    case 'kmeans':
    case 'hierarchical':
      return `Of the k ${which} the one with the highest mean silhouette; whether its clusters come back was not looked at.`;
    case 'mixture':
      return `The lowest BIC among the covariance models and k ${which} and are estimable, found by two starts or more; whether the clusters come back was not looked at.`;
    case 'density':
      return `The largest number of dense clusters ${which}; whether they come back was not looked at. Of equal numbers the one that leaves fewer customers unassigned.`;
  }
}

/**
 * The best candidate of one algorithm. k-means and hierarchical clustering: separation discounted by how far it is reproduced. Mixtures: minimum
 * BIC among the reproduced ones. Densities, whose silhouettes grow with what they leave out: as many clusters as the data reproduce.
 *
 * @param candidates All of one algorithm.
 * @param accept Mean Jaccard similarity from which a candidate counts as reproduced, 0 to 1.
 * @param drawn Whether there were resamples. Without any the silhouette, the BIC or the number of clusters decides alone.
 * @returns Null where no candidate is eligible and resampled. Of equals the first: the smaller k.
 *
 * Schwarz, Annals of Statistics 6(2), 1978; Tibshirani and Walther, J. Computational and Graphical Statistics 14(3), 2005.
 */
export function choose(candidates: readonly Judged[], accept: number, drawn = true): Choice | null {
  if (!drawn) return chooseWithout(candidates);
  const resampled = candidates
    .map((candidate, at) => ({ candidate, at }))
    .filter((entry): entry is Resampled => eligible(entry.candidate) && entry.candidate.meanJaccard !== null);
  if (resampled.length === 0) return null;
  const separated = resampled.filter(({ candidate }) => isBySilhouette(candidate.algorithm) && candidate.silhouette !== null);
  const reproduced = resampled.filter(({ candidate }) => candidate.meanJaccard >= accept);
  const best =
    separated.length > 0
      ? highest(separated, (candidate) => stableSilhouette(candidate) ?? -Infinity)
      : reproduced.length > 0
        ? reproduced.reduce((a, b) => (prefers(b.candidate, a.candidate) ? b : a))
        : highest(resampled, ({ meanJaccard }) => meanJaccard ?? 0);
  return { candidate: best.at, reproduced: best.candidate.meanJaccard >= accept };
}

/** Nothing was drawn anew: the criterion alone. */
function chooseWithout(candidates: readonly Judged[]): Choice | null {
  let best = -1;
  for (const [at, candidate] of candidates.entries()) {
    if (!eligible(candidate)) continue;
    if (best < 0 || isBetter(candidate, candidates[best])) best = at;
  }
  return best < 0 ? null : { candidate: best, reproduced: false };
}

const isBetter = (a: Judged, b: Judged): boolean =>
  isBySilhouette(a.algorithm) ? (a.silhouette ?? -Infinity) > (b.silhouette ?? -Infinity) : prefers(a, b);

const highest = (entries: readonly Resampled[], score: (candidate: Judged) => number): Resampled =>
  entries.reduce((a, b) => (score(b.candidate) > score(a.candidate) ? b : a));

/** Among reproduced candidates of one algorithm: whether `a` is to be taken rather than the earlier `b`. */
function prefers(a: Judged, b: Judged): boolean {
  if (a.mixture !== null && b.mixture !== null) return a.mixture.bic < b.mixture.bic;
  return a.k !== b.k ? a.k > b.k : a.unassigned < b.unassigned;
}
