import type { ProjectConfig } from '../../config/project';
import type { Candidate } from '../../contracts/selection';
import { PipelineError } from '../../contracts/errors';

type Measured = Pick<Candidate, 'k' | 'withinLimits' | 'gates' | 'meanJaccard'>;

/** What the rule took, and which of its two parts decided. */
export interface Choice {
  readonly k: number;
  /** False where no candidate reached the asked stability and the most stable one was taken. */
  readonly reproduced: boolean;
}

export const passes = ({ gates }: Pick<Candidate, 'gates'>): boolean => gates.every(({ passed }) => passed);

/** The rule in words, for the report. */
export const ruleText = ({ min, max }: ProjectConfig['objective']['granularity'], accept: number): string =>
  `The largest k from ${min} to ${max} that passes the size gates and has a mean bootstrap Jaccard of at least ${accept}; where none has, the k with the highest mean Jaccard among those that pass the gates.`;

/**
 * As many personas as the data reproduce: the idea of prediction strength with the Jaccard similarity of bootstrap clusterings as its measure.
 *
 * @throws PipelineError `NO_ACCEPTABLE_MODEL` where no candidate inside the limits passes the gates; details list what failed.
 *
 * Tibshirani and Walther, J. Computational and Graphical Statistics 14(3), 2005.
 */
export function choose(candidates: readonly Measured[], accept: number): Choice {
  const eligible = candidates.filter(
    (candidate) => candidate.withinLimits && passes(candidate) && candidate.meanJaccard !== null,
  );
  const reproduced = eligible.filter(({ meanJaccard }) => (meanJaccard ?? 0) >= accept);
  if (reproduced.length > 0) return { k: Math.max(...reproduced.map(({ k }) => k)), reproduced: true };
  if (eligible.length === 0) throw noneAcceptable(candidates);
  // Of equally stable ones the smaller k, which is the first.
  const best = eligible.reduce((a, b) => ((b.meanJaccard ?? 0) > (a.meanJaccard ?? 0) ? b : a));
  return { k: best.k, reproduced: false };
}

function noneAcceptable(candidates: readonly Measured[]): PipelineError {
  const within = candidates.filter(({ withinLimits }) => withinLimits);
  const failed = within.map(({ k, gates }) => ({
    k,
    failed: gates.filter(({ passed }) => !passed).map(({ gate, evidence }) => ({ gate, evidence })),
  }));
  const reasons = failed.map(({ k, failed: gates }) => `k=${k}: ${gates.map(({ evidence }) => evidence).join('; ')}`);
  const message =
    within.length === 0
      ? 'no k of modeling.clusters lies within objective.granularity: let the two ranges overlap'
      : `no number of clusters passes the size gates (${reasons.join(' | ')}): change the model's features, or modeling.sizeGates`;
  return new PipelineError('NO_ACCEPTABLE_MODEL', message, { candidates: failed });
}
