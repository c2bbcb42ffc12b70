import { PipelineError } from '../../../contracts/errors';
import { symmetricEigen } from '../../linalg/jacobi';
import type { Points } from '../points';
import { collapsedOf, DEFAULT_FLOOR, degenerateOf, isClearOfFloor, type DegenerateOptions } from './collapse';
import { densityOf, isDiagonal, type Density } from './density';
import { deviationsOf } from './deviations';
import type { Expectation, MixtureKernel } from './kernel';
import { canLeap, Leaps } from './leaps';
import { pooled } from './models/rotation';
import { mStep, ownCovariances, type Memory } from './mstep';
import { plainMixture } from './plain-mixture';
import { mStepWithPrior, type Prior } from './prior';
import type { CovarianceModel, Degenerate, EmOutcome, MixtureParameters } from './types';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { abs } = Math;

export interface EmOptions {
  /** Change of the log-likelihood, relative to 1 + its size, at which EM has converged; default 1e-8. */
  readonly tolerance?: number;
  /** M-steps at most; default 1000. */
  readonly maxIterations?: number;
  readonly prior?: Prior | null;
  /** See `DEFAULT_FLOOR`; 0 lets EM go on as long as the covariances can be inverted. */
  readonly floor?: number;
  /** Components on tied values are no fault; by default only with a prior, which keeps their variances up. */
  readonly tiesAllowed?: boolean;
  /**
   * Leap ahead where EM creeps, see `Leaps`: the same solutions in fewer iterations. Not with a prior, whose
   * likelihood may fall, nor in the models that `canLeap` is false for. Default false.
   */
  readonly accelerated?: boolean;
  /** What the E-steps and the sums of the M-steps are worked out by; default the plain code. */
  readonly kernel?: MixtureKernel;
  /** Called after each E-step that follows an M-step. */
  readonly onIteration?: (iteration: number, logLikelihood: number) => void;
}

/** A component lighter than this share of all rows has no mean that means anything. */
const LIGHTEST = 1e-12;

/** Everything one run of EM holds. */
interface Run {
  readonly points: Points;
  readonly weights: Float64Array | null;
  readonly expectation: Expectation;
  readonly k: number;
  readonly model: CovarianceModel;
  readonly memory: Memory;
  readonly deviations: Float64Array;
  readonly options: EmOptions;
}

/**
 * EM from given responsibilities, M-step first (as mclust's `me`).
 *
 * A solution that degenerates is a result, not an error: EM ends there and says so. Its parameters are those of the last M-step, its
 * log-likelihood and responsibilities those of the last E-step; −Infinity where there was none.
 *
 * @param points n x d, finite.
 * @param weights Times each row counts, whole numbers >= 1; null for once. A weight is the same as repeating the row.
 * @param responsibilities n x k, rows sum to 1: the start; overwritten with those of the solution.
 * @throws PipelineError `INSUFFICIENT_DATA` unless 1 <= k <= rows; `NOT_FINITE`; `CONFIG_INVALID` for a prior the model does not have.
 *
 * O(n k d²) per iteration, O(n k d) for diagonal models. Dempster, Laird and Rubin, J. R. Stat. Soc. B 39(1), 1977; Celeux and Govaert,
 * Pattern Recognition 28(5), 1995.
 */
export function em(
  points: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
  model: CovarianceModel,
  options: EmOptions = {},
): EmOutcome {
  requireRows(points.rows, k);
  const deviations = deviationsOf(points, weights);
  const memory: Memory = { axes: null };
  const expectation = expectationOf(points, weights, responsibilities, k, model, options);
  const outcome = iterate({ points, weights, expectation, k, model, memory, deviations, options }, -Infinity);
  expectation.responsibilities();
  return outcome;
}

/** The result of `emFrom`: with the responsibilities (n x k) of the solution. */
export interface EmFromOutcome extends EmOutcome {
  readonly responsibilities: Float64Array;
}

/**
 * EM from given parameters, E-step first (as scikit-learn's `GaussianMixture`). Otherwise as `em`.
 *
 * @throws PipelineError `CONFIG_INVALID` where a covariance of the start is not positive definite.
 */
export function emFrom(
  points: Points,
  weights: Float64Array | null,
  parameters: MixtureParameters,
  options: EmOptions = {},
): EmFromOutcome {
  const { k, model } = parameters;
  requireRows(points.rows, k);
  const density = densityOf(parameters);
  if (density === null) throw new PipelineError('CONFIG_INVALID', 'a covariance of the start is not positive definite');
  const deviations = deviationsOf(points, weights);
  const expectation = expectationOf(points, weights, new Float64Array(points.rows * k), k, model, options);
  const before = expectation.eStep(density);
  // Covariances with common axes have them in common with their sum.
  const memory: Memory = { axes: symmetricEigen(pooled(parameters.covariances, k, points.cols), points.cols).vectors };
  const outcome = iterate({ points, weights, expectation, k, model, memory, deviations, options }, before);
  return { ...outcome, responsibilities: expectation.responsibilities() };
}

const expectationOf = (
  points: Points,
  weights: Float64Array | null,
  responsibilities: Float64Array,
  k: number,
  model: CovarianceModel,
  { kernel = plainMixture }: EmOptions,
): Expectation => kernel.expectation(points, weights, responsibilities, k, isDiagonal({ model }));

function requireRows(rows: number, k: number): void {
  if (!(Number.isInteger(k) && k >= 1 && k <= rows))
    throw new PipelineError('INSUFFICIENT_DATA', `a mixture needs 1 <= k <= rows, got k=${k} and ${rows} rows`, {
      k,
      rows,
    });
}

function iterate(run: Run, before: number): EmOutcome {
  const { points, weights, expectation, options } = run;
  const { tolerance = 1e-8, maxIterations = 1000, prior = null, floor = DEFAULT_FLOOR, onIteration } = options;
  const limits = { floor, tiesAllowed: options.tiesAllowed ?? prior !== null };
  const leaps = options.accelerated === true && prior === null && canLeap(run.model) ? new Leaps(run.deviations) : null;
  let logLikelihood = before;
  for (let iteration = 1; ; iteration++) {
    const { parameters, proper } = maximise(run);
    const density = proper ? densityOf(parameters) : null;
    const stopped = stopOf(run, parameters, density, limits);
    if (stopped !== null || density === null)
      return { parameters, logLikelihood, iterations: iteration, converged: false, degenerate: stopped };
    const last = logLikelihood;
    const leapt = iteration < maxIterations ? leap(run, leaps?.after(parameters) ?? null, last, limits) : null;
    if (leapt !== null) {
      logLikelihood = leapt;
      leaps?.taken();
      onIteration?.(iteration, logLikelihood);
      continue;
    }
    logLikelihood = expectation.eStep(density);
    // With a floor of 0 a component can become so narrow that rows are out of its reach.
    if (logLikelihood === -Infinity) {
      const degenerate = collapsedOf(parameters, run.deviations, Infinity);
      return { parameters, logLikelihood, iterations: iteration, converged: false, degenerate };
    }
    onIteration?.(iteration, logLikelihood);
    const converged = abs(logLikelihood - last) <= tolerance * (1 + abs(logLikelihood));
    if (!converged && iteration < maxIterations) continue;
    const degenerate = degenerateOf(parameters, expectation.responsibilities(), points, weights, limits);
    return { parameters, logLikelihood, iterations: iteration, converged, degenerate };
  }
}

/** E-step at parameters that were leapt to: its log-likelihood, or null where that is less than before, or where no component may be. */
function leap(
  { expectation, deviations }: Run,
  parameters: MixtureParameters | null,
  last: number,
  { floor }: Required<DegenerateOptions>,
): number | null {
  const density = parameters && densityOf(parameters);
  if (density === null || !density.constants.every(Number.isFinite) || !isClearOfFloor(density, deviations, floor)) return null;
  const logLikelihood = expectation.eStep(density);
  return logLikelihood >= last ? logLikelihood : null;
}

/** M-step. Where the model has no maximum (`proper` false) the covariances are those of each component's own rows. */
function maximise(run: Run): { readonly parameters: MixtureParameters; readonly proper: boolean } {
  const { points, expectation, k, model, memory } = run;
  const { prior = null } = run.options;
  const scatter = expectation.scatter();
  const proportions = scatter.sizes.map((size) => size / scatter.total);
  const weighty = proportions.every((share) => share > LIGHTEST);
  const found = !weighty
    ? null
    : prior === null
      ? mStep(scatter, model, memory)
      : mStepWithPrior(scatter, model, prior);
  const { means, covariances } = found ?? { means: scatter.means, covariances: ownCovariances(scatter) };
  const parameters = { model, k, cols: points.cols, proportions, means, covariances };
  return { parameters, proper: found !== null };
}

/** Why EM cannot go on from these parameters; null where it can. */
function stopOf(
  { points, weights, expectation, deviations }: Run,
  parameters: MixtureParameters,
  density: Density | null,
  limits: Required<DegenerateOptions>,
): Degenerate | null {
  if (density !== null && isClearOfFloor(density, deviations, limits.floor)) return null;
  if (density !== null && collapsedOf(parameters, deviations, limits.floor) === null) return null;
  const found = degenerateOf(parameters, expectation.responsibilities(), points, weights, limits);
  return found ?? collapsedOf(parameters, deviations, Infinity);
}
