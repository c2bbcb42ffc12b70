import { PipelineError } from '../../../contracts/errors';
import { RandomStream } from '../../linalg/random-stream';
import { fitMixture, type MixtureFit, type MixtureSpec } from './fit';
import type { MixtureKernel } from './kernel';
import { plainMixture } from './plain-mixture';
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

/** What one draw answers. */
export interface BlrtAnswer {
  /** Null where one of the two models has no proper solution on the drawn data. */
  readonly statistic: number | null;
  /** Of EM, over all starts of both models. */
  readonly iterations: number;
}

/** The likelihood ratio of the data themselves. */
export interface ObservedRatio {
  /** Of the smaller solution, which data sets are drawn from; null where it has none. */
  readonly parameters: MixtureParameters | null;
  readonly logLikelihoods: readonly [number | null, number | null];
  readonly statistic: number | null;
  /** Why there is no statistic. */
  readonly reason: string | null;
}

export interface RatioPayload extends BlrtSpec {
  /** Tested against one more. */
  readonly k: number;
}

/** One comparison of the sequence. */
export interface BlrtStep {
  /** G, compared with G + 1. */
  readonly k: number;
  readonly logLikelihoods: readonly [number | null, number | null];
  readonly statistic: number | null;
  /** (1 + draws with a statistic as large) / (1 + draws); null without a statistic or draws. */
  readonly p: number | null;
  /** The least and the largest p that the draws asked for could have ended with; both p where all were made, null without a statistic. */
  readonly bounds: readonly [number, number] | null;
  /** Draws that p rests on. */
  readonly draws: number;
  /** Draws on which one of the two models had no proper solution: not among `draws`. */
  readonly failed: number;
  /** Draws asked for; more than `draws` and `failed` together where the comparison was cut short. */
  readonly planned: number;
  /** Statistics of the draws, in their order. */
  readonly drawn: readonly number[];
}

export interface BlrtResult {
  readonly model: CovarianceModel;
  readonly steps: readonly BlrtStep[];
  /** The first G that G + 1 components do not improve on; null where the sequence ended before it was found. */
  readonly k: number | null;
  /** Whether the sequence was cut short: by its budget, or from outside. */
  readonly partial: boolean;
  /** One sentence on how the sequence ended. */
  readonly ended: string;
}

export interface BlrtOptions {
  /** Draws of each comparison: more than 1 / level − 1, or none could be significant. */
  readonly draws: number;
  /** The first G that is compared with G + 1; default 1. */
  readonly firstK?: number;
  /** Comparisons up to this G against G + 1. */
  readonly largestK: number;
  /** p from which G is kept; default 0.05. */
  readonly level?: number;
  /**
   * EM iterations of the draws of all comparisons together: once they are used up no further batch of draws is made. A count, not a time, so that
   * the result is the same on any machine. Default: no limit.
   */
  readonly budget?: number;
}

/** Work that a sequence asks for: tasks for threads, by the name they have there. */
export type BlrtTasks =
  | { readonly task: 'mixture.ratio'; readonly k: number; readonly payloads: readonly RatioPayload[] }
  | { readonly task: 'mixture.blrt'; readonly k: number; readonly payloads: readonly BlrtDraw[]; readonly made: number; readonly planned: number };

/** The answers to all payloads, in order; or in one sentence why there will be none, which ends the sequence. */
export type BlrtAnswers = readonly ObservedRatio[] | readonly BlrtAnswer[] | string;

/** Draws made at a time: fixed, so that the number of threads does not matter where a budget ends them. */
const BATCH = 16;

/**
 * Likelihood ratio of k against k + 1 components on one data set. Starts of the larger model are, besides the usual ones, the smaller solution with
 * one component split, so that it does not end below it.
 */
export function likelihoodRatio(
  space: StartSpace,
  k: number,
  spec: BlrtSpec,
  draw: number | null = null,
  kernel: MixtureKernel = plainMixture,
): LikelihoodRatio {
  const common = { ...spec, tolerance: TOLERANCE, replicate: false, stream: { seed: spec.seed, draw } };
  const smaller = fitMixture(space, { ...common, k, nested: null }, kernel);
  if (smaller.status !== 'fitted') return { smaller, larger: null, statistic: null };
  const larger = fitMixture(space, { ...common, k: k + 1, nested: smaller.outcome } satisfies MixtureSpec, kernel);
  if (larger.status !== 'fitted') return { smaller, larger, statistic: null };
  const gain = larger.outcome.logLikelihood - smaller.outcome.logLikelihood;
  return { smaller, larger, statistic: Math.max(2 * gain, 0) };
}

/** `likelihoodRatio` of the data, as much of it as a sequence needs. */
export function observedRatio(space: StartSpace, k: number, spec: BlrtSpec, kernel?: MixtureKernel): ObservedRatio {
  const { smaller, larger, statistic } = likelihoodRatio(space, k, spec, null, kernel);
  return {
    parameters: smaller.status === 'fitted' ? smaller.outcome.parameters : null,
    logLikelihoods: [logLikelihoodOf(smaller), logLikelihoodOf(larger)],
    statistic,
    reason: statistic === null ? reasonOf(smaller.status === 'fitted' ? larger : smaller) : null,
  };
}

/** The statistic of one data set drawn from the smaller solution. A task for a thread, which shares nothing with the others. */
export function blrtDraw({ parameters, rows, draw, ...spec }: BlrtDraw, _shared?: unknown, kernel?: { readonly mixture: MixtureKernel }): BlrtAnswer {
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
  const { smaller, larger, statistic } = likelihoodRatio(space, k, spec, draw, kernel?.mixture);
  return { statistic, iterations: smaller.iterations + (larger?.iterations ?? 0) };
}

/** @throws PipelineError `CONFIG_INVALID` where so few draws could never be significant. */
export function requireDraws(draws: number, level: number): void {
  if (!((1 + draws) * level > 1))
    throw new PipelineError(
      'CONFIG_INVALID',
      `${draws} draws cannot bring p below ${level}: more than ${1 / level - 1} are needed`,
      { draws },
    );
}

/**
 * Bootstrap likelihood ratio tests of G against G + 1 components, from the first G on until one that is not significant. The distribution of the
 * statistic under G components is that of data sets drawn from the fitted solution, each fitted as the data were.
 *
 * A generator, so that the work can be spread over threads: it yields tasks and is given their answers. Where it is cut short, what was found so far
 * is the result: p on the draws that were made, and the bounds of what p could have been on all.
 *
 * @param rows Of the data.
 *
 * McLachlan, Applied Statistics 36(3), 1987; McLachlan and Peel, Finite Mixture Models, 2000, section 6.4.
 */
export function* blrtSequence(
  spec: BlrtSpec,
  rows: number,
  { draws: planned, firstK = 1, largestK, level = 0.05, budget = Infinity }: BlrtOptions,
): Generator<BlrtTasks, BlrtResult, BlrtAnswers> {
  const steps: BlrtStep[] = [];
  let left = budget;
  const end = (k: number | null, ended: string, partial = false): BlrtResult => ({ model: spec.model, steps, k, partial, ended });
  const spent = `the budget of ${budget} EM iterations is used up`;
  for (let k = firstK; k <= largestK; k++) {
    if (left <= 0) return end(null, `${spent} before ${k} against ${k + 1} components`, true);
    const given = yield { task: 'mixture.ratio', k, payloads: [{ ...spec, k }] };
    if (typeof given === 'string') return end(null, `${given} before ${k} against ${k + 1} components`, true);
    const [ratio] = given as readonly ObservedRatio[];
    const { parameters, statistic } = ratio;
    if (parameters === null || statistic === null) {
      steps.push(stepOf(k, ratio, [], planned));
      return end(null, ratio.reason ?? 'no solution');
    }
    const answers: BlrtAnswer[] = [];
    let stopped: string | null = null;
    while (answers.length < planned && stopped === null) {
      const made = answers.length;
      const payloads = Array.from({ length: Math.min(BATCH, planned - made) }, (_, i) => ({ ...spec, parameters, rows, draw: made + i }));
      const found = yield { task: 'mixture.blrt', k, payloads, made, planned };
      if (typeof found === 'string') stopped = found;
      else {
        const batch = found as readonly BlrtAnswer[];
        answers.push(...batch);
        left -= batch.reduce((sum, { iterations }) => sum + iterations, 0);
        if (left <= 0 && answers.length < planned) stopped = spent;
      }
    }
    const step = stepOf(k, ratio, answers, planned);
    steps.push(step);
    if (stopped !== null) return cutShort(step, stopped);
    if (step.p === null) return end(null, `none of ${planned} data sets drawn from ${k} components has proper solutions`);
    if (step.p >= level)
      return end(k, `${k + 1} components are no better than ${k}: p = ${step.p.toPrecision(3)} on ${step.draws} draws`);
  }
  return end(null, `${largestK + 1} components are still better than ${largestK}`);

  /** Decided nevertheless where the draws that are missing could not have changed it. */
  function cutShort({ k, draws, failed, bounds }: BlrtStep, why: string): BlrtResult {
    const [least, largest] = bounds ?? [0, 1];
    const rest = `${k} against ${k + 1} components rest on ${draws + failed} of ${planned} draws: ${why}; on all draws p would lie between ${least.toPrecision(3)} and ${largest.toPrecision(3)}`;
    return end(least >= level ? k : null, least >= level ? `${rest}, so that ${k + 1} are no better` : rest, true);
  }
}

/** `blrtSequence` in this thread; `onDraw` is told after each draw how many of the comparison's are done. `CONFIG_INVALID` for too few draws. */
export function blrt(
  space: StartSpace,
  spec: BlrtSpec,
  options: BlrtOptions,
  onDraw: (k: number, done: number, of: number) => void = () => undefined,
): BlrtResult {
  requireDraws(options.draws, options.level ?? 0.05);
  const sequence = blrtSequence(spec, rowsOf(space), options);
  let step = sequence.next();
  while (!step.done) {
    const asked = step.value;
    if (asked.task === 'mixture.ratio') step = sequence.next(asked.payloads.map(({ k, ...each }) => observedRatio(space, k, each)));
    else
      step = sequence.next(
        asked.payloads.map((draw, i) => {
          const answer = blrtDraw(draw);
          onDraw(asked.k, asked.made + i + 1, asked.planned);
          return answer;
        }),
      );
  }
  return step.value;
}

function stepOf(
  k: number,
  { logLikelihoods, statistic }: ObservedRatio,
  answers: readonly BlrtAnswer[],
  planned: number,
): BlrtStep {
  const drawn = answers.map((answer) => answer.statistic).filter((value) => value !== null);
  const reached = drawn.filter((value) => statistic !== null && value >= statistic).length;
  const missing = planned - answers.length;
  const all = 1 + drawn.length + missing;
  return {
    k,
    logLikelihoods,
    statistic,
    p: statistic === null || drawn.length === 0 ? null : (1 + reached) / (1 + drawn.length),
    bounds: statistic === null ? null : [(1 + reached) / all, (1 + reached + missing) / all],
    draws: drawn.length,
    failed: answers.length - drawn.length,
    planned,
    drawn,
  };
}

const reasonOf = (fit: MixtureFit | null): string =>
  fit?.status === 'not estimable' ? `${fit.k} components: ${fit.reason}` : 'no proper solution';

const logLikelihoodOf = (fit: MixtureFit | null): number | null =>
  fit?.status === 'fitted' ? fit.outcome.logLikelihood : null;

/** Rows, or their weight. */
const rowsOf = ({ points, weights }: StartSpace): number =>
  weights === null ? points.rows : weights.reduce((sum, weight) => sum + weight, 0);
