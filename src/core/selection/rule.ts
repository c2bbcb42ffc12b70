import type { Algorithm } from '../../contracts/algorithms';
import type { MeasuredCandidate } from '../../contracts/selection';

type Limits = { readonly min: number; readonly max: number };
type Judged = Pick<MeasuredCandidate, 'algorithm' | 'k' | 'withinLimits' | 'gates' | 'meanJaccard' | 'mixture' | 'unassigned'>;

/** What the rule took among the candidates of one algorithm, and which of its two parts decided. */
export interface Choice {
  /** Index among the candidates. */
  readonly candidate: number;
  /** False where no candidate reached the asked stability and the most stable one was taken. */
  readonly reproduced: boolean;
}

export const passes = ({ gates }: Pick<MeasuredCandidate, 'gates'>): boolean => gates.every(({ passed }) => passed);

/** Candidates that may be chosen: inside the limits, through all gates, with two clusters or more. */
export const eligible = (candidate: Judged): boolean => candidate.withinLimits && candidate.k >= 2 && passes(candidate);

/** The rule in words, for the report. */
export function ruleText(algorithm: Algorithm, { min, max }: Limits, accept: number): string {
  const otherwise = 'where none has, the one with the highest mean Jaccard';
  const among = `that passes the gates and has a mean Jaccard of at least ${accept} over the resamples; ${otherwise}.`;
  switch (algorithm) {
    case 'kmeans':
    case 'hierarchical':
      return `The largest k from ${min} to ${max} ${among}`;
    case 'mixture':
      return `The lowest BIC among covariance models and k from ${min} to ${max}, of those estimable, found by two starts or more, ${among}`;
    case 'density':
      return `The largest number of dense clusters from ${min} to ${max} ${among} Of equal numbers the one that leaves fewer customers unassigned.`;
  }
}

/**
 * As many personas as the data reproduce: the idea of prediction strength with the Jaccard similarity of resampled clusterings as its measure.
 * For mixtures the likelihood has the say among the reproducible ones: minimum BIC.
 *
 * @returns Null where no candidate is eligible and resampled.
 *
 * Tibshirani and Walther, J. Computational and Graphical Statistics 14(3), 2005; Schwarz, Annals of Statistics 6(2), 1978.
 */
export function choose(candidates: readonly Judged[], accept: number): Choice | null {
  const resampled = candidates
    .map((candidate, at) => ({ candidate, at, jaccard: candidate.meanJaccard }))
    .filter((entry): entry is typeof entry & { jaccard: number } => eligible(entry.candidate) && entry.jaccard !== null);
  const reproduced = resampled.filter(({ jaccard }) => jaccard >= accept);
  const first = (entries: typeof resampled, better: (a: Judged, b: Judged) => boolean): number =>
    entries.reduce((a, b) => (better(b.candidate, a.candidate) ? b : a)).at;
  if (reproduced.length > 0) return { candidate: first(reproduced, prefers), reproduced: true };
  if (resampled.length === 0) return null;
  // Of equally stable ones the first: the smaller k.
  return { candidate: first(resampled, (a, b) => (a.meanJaccard ?? 0) > (b.meanJaccard ?? 0)), reproduced: false };
}

/** Among reproduced candidates of one algorithm: whether `a` is to be taken rather than the earlier `b`. */
function prefers(a: Judged, b: Judged): boolean {
  if (a.mixture !== null && b.mixture !== null) return a.mixture.bic < b.mixture.bic;
  return a.k !== b.k ? a.k > b.k : a.unassigned < b.unassigned;
}
