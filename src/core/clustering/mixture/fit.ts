import { canonicalOrder } from '../canonical';
import type { Points } from '../points';
import { em } from './em';
import type { MixtureKernel } from './kernel';
import { plainMixture } from './plain-mixture';
import { mostProbable } from './posterior';
import type { Prior } from './prior';
import type { StartSpace } from './starts/hierarchies';
import { responsibilitiesOf, startLabels, type Start, type StartStream } from './starts/labels';
import { replicationsOf, searchStarts, type MixtureRun, type MixtureTask, type Search } from './starts/search';
import { splitComponent } from './starts/split';
import type { CovarianceModel, Degenerate, EmOutcome, MixtureParameters } from './types';

/** A short run only ranks the starts. */
const SHORT = { maxIterations: 20, tolerance: 1e-5 };
/** Tight enough that two runs into the same maximum end within `SAME_SOLUTION` of each other. */
const LONG = { maxIterations: 5000, tolerance: 1e-9, accelerated: true };

/** One mixture to be fitted: plain data. */
export interface MixtureSpec {
  readonly k: number;
  readonly model: CovarianceModel;
  /** See `SearchSpec`, as for `replicate` and `nested`. */
  readonly starts: number;
  readonly prior: Prior | null;
  readonly stream: StartStream;
  readonly replicate: boolean;
  /** Tolerance of EM to convergence, for those who can do with less than the default of 1e-9. */
  readonly tolerance?: number;
  readonly nested: { readonly parameters: MixtureParameters; readonly logLikelihood: number } | null;
}

/** A start that ended in no solution. */
export interface RejectedStart {
  readonly start: Start;
  /** Where EM gave up; null where it did not get as far as a likelihood. */
  readonly logLikelihood: number | null;
  readonly degenerate: Degenerate;
}

interface Tried {
  readonly model: CovarianceModel;
  readonly k: number;
  /** All starts that were tried. */
  readonly starts: number;
  /** Those of them that were run to convergence or rejected. The others looked worse after a short run, or like one that was followed. */
  readonly followed: number;
  readonly rejected: readonly RejectedStart[];
  /** Of EM, over all runs, the short ones too. */
  readonly iterations: number;
}

/** The best proper solution. */
export interface FittedMixture extends Tried {
  readonly status: 'fitted';
  /** Components in canonical order. */
  readonly outcome: EmOutcome;
  /** Most probable component of each row. */
  readonly labels: Int32Array;
  readonly start: Start;
  /**
   * How many of the followed starts reach this log-likelihood within `SAME_SOLUTION`; 1 is no replication. Starts count by method and seed, not by
   * where they lie: clear groups are found by all of them at once.
   */
  readonly replicated: number;
}

/** No start ended in a proper solution: a finding about model, k and data. */
export interface NotEstimable extends Tried {
  readonly status: 'not estimable';
  /** What became of the start with the greatest likelihood. */
  readonly degenerate: Degenerate;
  readonly reason: string;
}

export type MixtureFit = FittedMixture | NotEstimable;

/** Starts that must find a solution before it counts as the likelihood's own. */
export const REPLICATED = 2;

/** Whether a solution may be chosen: its likelihood was found from two starts at least, or there is only one to be found. */
export const isReplicated = ({ k, replicated }: Pick<FittedMixture, 'k' | 'replicated'>): boolean => k === 1 || replicated >= REPLICATED;

/**
 * The best proper solution of a mixture over many starts: short runs of EM from all of them, then the best different ones to convergence. A start
 * that degenerates is set aside whatever its likelihood. Where the best solution was reached from one start only, the others are followed too, those
 * first that looked most like it, and after them more k-means starts, see `searchStarts`.
 *
 * Components and labels are in canonical order (rows descending, then smallest row index).
 *
 * @throws PipelineError `INSUFFICIENT_DATA` unless 1 <= k <= rows; `NOT_FINITE`.
 *
 * Biernacki, Celeux and Govaert, Computational Statistics and Data Analysis 41, 2003 (short runs).
 */
export function fitMixture(space: StartSpace, spec: MixtureSpec, kernel: MixtureKernel = plainMixture): MixtureFit {
  const search = searchStarts(space, spec);
  let iterations = 0;
  let step = search.next();
  while (!step.done) {
    const runs = step.value.map((task) => runStart(space, spec, task, kernel));
    iterations += runs.reduce((sum, { outcome }) => sum + outcome.iterations, 0);
    step = search.next(runs);
  }
  return finish(space, spec, step.value, iterations, kernel);
}

/** EM from one start. */
function runStart(space: StartSpace, spec: MixtureSpec, task: MixtureTask, kernel: MixtureKernel): MixtureRun {
  const { points, weights } = space;
  const { k, model, prior, tolerance = LONG.tolerance } = spec;
  const limits = task.length === 'short' ? SHORT : { ...LONG, tolerance };
  const responsibilities = startOf(space, spec, task.start);
  const outcome = em(points, weights, responsibilities, k, model, { ...limits, prior, kernel });
  const { degenerate, converged, iterations } = outcome;
  return { ...task, outcome, stopped: degenerate !== null && !converged && iterations < limits.maxIterations };
}

function startOf(space: StartSpace, { k, nested, stream }: MixtureSpec, start: Start): Float64Array {
  if (start.method !== 'split' || nested === null) return responsibilitiesOf(startLabels(space, start, k, stream), k);
  return splitComponent(space.points, space.weights, nested.parameters, start.index, start.hardness ?? 1);
}

function finish(
  { points, weights }: StartSpace,
  { k, model }: MixtureSpec,
  { starts, followed, best }: Search,
  iterations: number,
  kernel: MixtureKernel,
): MixtureFit {
  const rejected = followed.flatMap(({ start, outcome: { degenerate, logLikelihood } }): RejectedStart[] =>
    degenerate === null
      ? []
      : [{ start, degenerate, logLikelihood: Number.isFinite(logLikelihood) ? logLikelihood : null }],
  );
  const tried: Tried = { model, k, starts, followed: followed.length, rejected, iterations };
  if (best === null) return { ...tried, status: 'not estimable', ...reasonOf(rejected) };
  const { outcome, labels } = canonical(points, weights, best.outcome, kernel);
  return { ...tried, status: 'fitted', outcome, labels, start: best.start, replicated: replicationsOf(best, followed) };
}

/** The degenerate start with the greatest likelihood speaks for all. */
function reasonOf(rejected: readonly RejectedStart[]): Pick<NotEstimable, 'degenerate' | 'reason'> {
  const likelihood = (start: RejectedStart): number => start.logLikelihood ?? -Infinity;
  const { degenerate } = rejected.reduce((best, start) => (likelihood(start) > likelihood(best) ? start : best));
  const { kind, component, column, evidence } = degenerate;
  const kinds = new Map<string, number>();
  for (const start of rejected) kinds.set(start.degenerate.kind, (kinds.get(start.degenerate.kind) ?? 0) + 1);
  const counts = [...kinds].map(([name, count]) => `${count} ${name}`).join(', ');
  return {
    degenerate,
    reason: `no proper solution from ${rejected.length} starts (${counts}); the most likely one has component ${component} ${kind} on column ${column}: ${evidence}`,
  };
}

/** Components by the rows they are most probable for; labels are those the parameters give in their new order. */
function canonical(
  points: Points,
  weights: Float64Array | null,
  outcome: EmOutcome,
  kernel: MixtureKernel,
): { readonly outcome: EmOutcome; readonly labels: Int32Array } {
  let { parameters } = outcome;
  const labelled = (): Int32Array => mostProbable(parameters, points, kernel);
  let labels = labelled();
  // A tie goes to the lower component, so a new order can move rows once more, but only towards the components that went up.
  for (let round = 0; round <= parameters.k; round++) {
    const order = canonicalOrder(labels, parameters.k, weights);
    if (order.every((from, to) => from === to)) break;
    parameters = reordered(parameters, order);
    labels = labelled();
  }
  return { outcome: { ...outcome, parameters }, labels };
}

/** Components in a new order. */
function reordered({ model, k, cols, ...parameters }: MixtureParameters, order: Int32Array): MixtureParameters {
  const pick = (values: Float64Array, width: number): Float64Array => {
    const result = new Float64Array(values.length);
    order.forEach((from, to) => result.set(values.subarray(from * width, (from + 1) * width), to * width));
    return result;
  };
  return {
    model,
    k,
    cols,
    proportions: pick(parameters.proportions, 1),
    means: pick(parameters.means, cols),
    covariances: pick(parameters.covariances, cols * cols),
  };
}
