import { PipelineError } from '../../../contracts/errors';
import { RandomStream } from '../../linalg/random-stream';
import { fitMixture, type MixtureFit, type MixtureSpec } from './fit';
import type { Prior } from './prior';
import { simulate } from './simulate';
import { startSpace, type StartSpace } from './starts/hierarchies';
import type { CovarianceModel, MixtureParameters } from './types';

/** Of EM, relative to the log-likelihood: far below what a statistic differs by from draw to draw. */
const TOLERANCE = 1e-7;
/** Rows of the hierarchies of a drawn data set, at most. */
const HIERARCHY_ROWS = 500;

/** A test of G against G + 1 components. */
export interface BlrtSpec {
  readonly model: CovarianceModel;
  readonly prior: Prior | null;
  /** Starts of each fit, see `MixtureSpec`: the same for the data and for every draw, so that both find as good a maximum. */
  readonly starts: number;
  readonly seed: number;
}

/** One draw: plain data for a thread. */
export interface BlrtDraw extends BlrtSpec {
  /** The smaller solution. */
  readonly parameters: MixtureParameters;
  readonly rows: number;
  readonly draw: number;
}

/** A likelihood ratio on one data set. */
export interface LikelihoodRatio {
  readonly smaller: MixtureFit;
  readonly larger: MixtureFit | null;
  /**
   * 2 (log L of G + 1 − log L of G); null where one of the two has no proper solution. Never below 0: the smaller solution with one component twice is
   * a point of the larger model, whatever a search there ended with.
   */
  readonly statistic: number | null;
}

/** One comparison of the sequence. */
export interface BlrtStep {
  /** G, compared with G + 1. */
  readonly k: number;
  readonly logLikelihoods: readonly [number | null, number | null];
  readonly statistic: number | null;
  /** (1 + draws with a statistic as large) / (1 + draws); null without a statistic or draws. */
  readonly p: number | null;
  /** Draws that p rests on. */
  readonly draws: number;
  /** Draws on which one of the two models had no proper solution: not among `draws`. */
  readonly failed: number;
  /** Statistics of the draws, in their order. */
  readonly drawn: readonly number[];
}

export interface BlrtResult {
  readonly model: CovarianceModel;
  readonly steps: readonly BlrtStep[];
  /** The first G that G + 1 components do not improve on; null where the sequence ended before it was found. */
  readonly k: number | null;
  /** One sentence on how the sequence ended. */
  readonly ended: string;
}

export interface BlrtOptions {
  /** Draws of each comparison: more than 1 / level − 1, or none could be significant. */
  readonly draws: number;
  /** Comparisons up to this G against G + 1. */
  readonly largestK: number;
  /** p from which G is kept; default 0.05. */
  readonly level?: number;
  /** Draws of all comparisons together, at most; a comparison that is cut short says on how many it rests. Default: no limit. */
  readonly budget?: number;
}

/**
 * Likelihood ratio of k against k + 1 components on one data set. Starts of the larger model are, besides the usual ones, the smaller solution with
 * one component split, so that it does not end below it.
 */
export function likelihoodRatio(
  space: StartSpace,
  k: number,
  spec: BlrtSpec,
  draw: number | null = null,
): LikelihoodRatio {
  const common = { ...spec, tolerance: TOLERANCE, replicate: false, stream: { seed: spec.seed, draw } };
  const smaller = fitMixture(space, { ...common, k, nested: null });
  if (smaller.status !== 'fitted') return { smaller, larger: null, statistic: null };
  const larger = fitMixture(space, { ...common, k: k + 1, nested: smaller.outcome } satisfies MixtureSpec);
  if (larger.status !== 'fitted') return { smaller, larger, statistic: null };
  const gain = larger.outcome.logLikelihood - smaller.outcome.logLikelihood;
  return { smaller, larger, statistic: Math.max(2 * gain, 0) };
}

/** The statistic of one data set drawn from the smaller solution; null where a model has no proper solution there. A task for a thread. */
export function blrtDraw({ parameters, rows, draw, ...spec }: BlrtDraw): number | null {
  const { k } = parameters;
  // Candidate 0 of 'resample' belongs to the bootstrap of the stability.
  const random = new RandomStream({
    seed: spec.seed,
    stage: 'selection',
    use: 'resample',
    candidate: k,
    restart: draw,
    block: 0,
  });
  const { points } = simulate(parameters, rows, random);
  const space = startSpace(points, null, { largestK: k + 1, seed: spec.seed, hierarchyRows: HIERARCHY_ROWS });
  return likelihoodRatio(space, k, spec, draw).statistic;
}

/**
 * Bootstrap likelihood ratio tests of G against G + 1 components, from G = 1 on until the first that is not significant. The distribution of the
 * statistic under G components is that of data sets drawn from the fitted solution, each fitted as the data were.
 *
 * A generator, so that draws can be spread over threads: it yields the draws of one comparison and is given what `blrtDraw` says of each, in order.
 *
 * @throws PipelineError `CONFIG_INVALID` for too few draws.
 *
 * McLachlan, Applied Statistics 36(3), 1987; McLachlan and Peel, Finite Mixture Models, 2000, section 6.4.
 */
export function* blrtSequence(
  space: StartSpace,
  spec: BlrtSpec,
  { draws, largestK, level = 0.05, budget = Infinity }: BlrtOptions,
): Generator<readonly BlrtDraw[], BlrtResult, readonly (number | null)[]> {
  if (!((1 + draws) * level > 1))
    throw new PipelineError(
      'CONFIG_INVALID',
      `${draws} draws cannot bring p below ${level}: more than ${1 / level - 1} are needed`,
      { draws },
    );
  const steps: BlrtStep[] = [];
  const rows = rowsOf(space);
  let left = budget;
  const end = (k: number | null, ended: string): BlrtResult => ({ model: spec.model, steps, k, ended });
  for (let k = 1; k <= largestK; k++) {
    const ratio = likelihoodRatio(space, k, spec);
    const { smaller, larger, statistic } = ratio;
    if (smaller.status !== 'fitted' || statistic === null) {
      steps.push(stepOf(k, ratio, []));
      const missing = smaller.status === 'fitted' ? larger : smaller;
      return end(
        null,
        missing?.status === 'not estimable' ? `${missing.k} components: ${missing.reason}` : 'no solution',
      );
    }
    const count = Math.min(draws, left);
    left -= count;
    const { parameters } = smaller.outcome;
    const drawn =
      count === 0 ? [] : yield Array.from({ length: count }, (_, draw) => ({ ...spec, parameters, rows, draw }));
    const step = stepOf(k, ratio, drawn);
    steps.push(step);
    if (count < draws)
      return end(
        null,
        `${k} against ${k + 1} components rest on ${count} of ${draws} draws: the budget of ${budget} is used up`,
      );
    if (step.p === null) return end(null, `none of ${count} data sets drawn from ${k} components has proper solutions`);
    if (step.p >= level)
      return end(k, `${k + 1} components are no better than ${k}: p = ${step.p.toPrecision(3)} on ${step.draws} draws`);
  }
  return end(null, `${largestK + 1} components are still better than ${largestK}`);
}

/** `blrtSequence` in this thread; `onDraw` is told after each draw how many of the comparison's are done. */
export function blrt(
  space: StartSpace,
  spec: BlrtSpec,
  options: BlrtOptions,
  onDraw: (k: number, done: number, of: number) => void = () => undefined,
): BlrtResult {
  const sequence = blrtSequence(space, spec, options);
  let step = sequence.next();
  while (!step.done) {
    const batch = step.value;
    step = sequence.next(
      batch.map((draw, i) => {
        const statistic = blrtDraw(draw);
        onDraw(draw.parameters.k, i + 1, batch.length);
        return statistic;
      }),
    );
  }
  return step.value;
}

function stepOf(
  k: number,
  { smaller, larger, statistic }: LikelihoodRatio,
  answers: readonly (number | null)[],
): BlrtStep {
  const drawn = answers.filter((answer) => answer !== null);
  const reached = drawn.filter((value) => statistic !== null && value >= statistic).length;
  return {
    k,
    logLikelihoods: [logLikelihoodOf(smaller), logLikelihoodOf(larger)],
    statistic,
    p: statistic === null || drawn.length === 0 ? null : (1 + reached) / (1 + drawn.length),
    draws: drawn.length,
    failed: answers.length - drawn.length,
    drawn,
  };
}

const logLikelihoodOf = (fit: MixtureFit | null): number | null =>
  fit?.status === 'fitted' ? fit.outcome.logLikelihood : null;

/** Rows, or their weight. */
const rowsOf = ({ points, weights }: StartSpace): number =>
  weights === null ? points.rows : weights.reduce((sum, weight) => sum + weight, 0);
