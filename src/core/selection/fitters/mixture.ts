import type { CandidateSpec } from '../../../contracts/algorithms';
import type { Solution } from '../../../contracts/model';
import type { MixtureFigures, RejectedStart } from '../../../contracts/selection';
import type { Kernel } from '../../clustering/kernel';
import { criteria } from '../../clustering/mixture/criteria';
import { degreesOfFreedom } from '../../clustering/mixture/degrees-of-freedom';
import { em } from '../../clustering/mixture/em';
import { fitMixture, isReplicated, type FittedMixture, type MixtureFit } from '../../clustering/mixture/fit';
import type { MixtureKernel } from '../../clustering/mixture/kernel';
import { posterior } from '../../clustering/mixture/posterior';
import { defaultPrior, type Prior } from '../../clustering/mixture/prior';
import { startSpace, type StartSpace } from '../../clustering/mixture/starts/hierarchies';
import { responsibilitiesOf, seedings, startLabels } from '../../clustering/mixture/starts/labels';
import { sphere } from '../../clustering/mixture/starts/sphere';
import { toStored } from '../../clustering/mixture/stored';
import type { EmOutcome } from '../../clustering/mixture/types';
import type { Points } from '../../clustering/points';
import { unfitted, type Fit, type Fitter, type FitOptions } from './fitter';

type Spec = Extract<CandidateSpec, { algorithm: 'mixture' }>;

/** Starts of each fit to a resample, and how far they go. */
const RESAMPLE_STARTS = 2;
const RESAMPLE_EM = { tolerance: 1e-6, maxIterations: 200 };
/** Rejected starts that are reported per candidate. */
const REPORTED = 3;

// A thread gets the same sample for all tasks of one map: what starts are made from is worked out once.
const spaces = new WeakMap<Points, StartSpace>();

function spaceOf(points: Points, { largestK, seed }: FitOptions): StartSpace {
  const known = spaces.get(points);
  if (known) return known;
  const made = startSpace(points, null, { largestK, seed });
  spaces.set(points, made);
  return made;
}

const priorOf = ({ prior }: FitOptions, points: Points, k: number, model: Spec['model']): Prior | null =>
  prior === 'conjugate' ? defaultPrior(points, null, k, model) : null;

function figuresOf(points: Points, { outcome, model, k }: FittedMixture, kernel: MixtureKernel): MixtureFigures {
  const { parameters, logLikelihood } = outcome;
  const { responsibilities } = posterior(parameters, points, 0, points.rows, { withResponsibilities: true, kernel });
  const df = degreesOfFreedom(model, k, points.cols);
  return { logLikelihood, df, ...criteria({ logLikelihood, df, n: points.rows, k, responsibilities: responsibilities! }) };
}

function isPromising({ k, labels, replicated }: FittedMixture, { promising: { minK, maxK, minShare, maxShare } }: FitOptions): boolean {
  if (isReplicated({ k, replicated }) || k < minK || k > maxK) return false;
  const shares = new Float64Array(k);
  for (const label of labels) shares[label] += 1 / labels.length;
  return shares.every((share) => share >= minShare && share <= maxShare);
}

/** What became of a component; an empty one is so on no column of its own. */
const kindOn = (kind: string, column: string): string => (kind === 'empty' ? kind : `${kind} on ${column}`);

/** A rejected start in words, with the column by its name. */
function rejectedOf({ rejected }: MixtureFit, { names }: FitOptions): RejectedStart[] {
  return rejected.slice(0, REPORTED).map(({ start, logLikelihood, degenerate: { kind, component, column, evidence } }) => ({
    logLikelihood,
    reason: `start "${start.method}": component ${component} ${kindOn(kind, names[column] ?? `column ${column + 1}`)} (${evidence})`,
  }));
}

function fitOne(spec: Spec, points: Points, options: FitOptions, { mixture }: Kernel): Fit<Spec> {
  const { k, model } = spec;
  if (points.rows < k) return unfitted(spec, `${points.rows} customers cannot fill ${k} components`);
  const search = (replicate: boolean): MixtureFit =>
    fitMixture(
      spaceOf(points, options),
      {
        k,
        model,
        starts: options.mixtureStarts,
        prior: priorOf(options, points, k, model),
        stream: { seed: options.seed, draw: null },
        replicate,
        nested: null,
      },
      mixture,
    );
  let fit = search(false);
  // Mixtures with too many components converge slowly and to many maxima: none of them is worth confirming.
  if (options.confirm && fit.status === 'fitted' && isPromising(fit, options)) fit = search(true);
  const rejectedStarts = rejectedOf(fit, options);
  if (fit.status === 'not estimable') {
    const { kind, component, column, evidence } = fit.degenerate;
    const reason = `component ${component} of ${k} ${kindOn(kind, options.names[column] ?? `column ${column + 1}`)}: ${evidence}; none of ${fit.rejected.length} starts ended in a proper solution`;
    return unfitted(spec, reason, rejectedStarts, fit.followed);
  }
  const { outcome } = fit;
  return {
    spec,
    solution: solutionOf(outcome),
    failure: null,
    restarts: fit.followed,
    replicated: fit.replicated,
    iterations: outcome.iterations,
    converged: outcome.converged,
    mixture: figuresOf(points, fit, mixture),
    rejectedStarts,
  };
}

const solutionOf = ({ parameters }: EmOutcome): Solution => ({ kind: 'mixture', mixture: toStored(parameters) });

/** The best proper solution of a few k-means starts, without the agglomerations: their time grows with the square of the rows. */
function refitOne({ k, model }: Spec, space: StartSpace, resample: number, options: FitOptions, { mixture }: Kernel): Solution | null {
  const { points, weights } = space;
  if (points.rows < k) return null;
  const prior = priorOf(options, points, k, model);
  let best: EmOutcome | null = null;
  for (const start of seedings(0, RESAMPLE_STARTS)) {
    const labels = startLabels(space, start, k, { seed: options.seed, draw: resample });
    const outcome = em(points, weights, responsibilitiesOf(labels, k), k, model, { ...RESAMPLE_EM, prior, kernel: mixture });
    if (outcome.degenerate === null && (best === null || outcome.logLikelihood > best.logLikelihood)) best = outcome;
  }
  return best === null ? null : solutionOf(best);
}

export const mixtureFitter: Fitter<Spec> = {
  // A component would collapse onto rows that were drawn twice.
  resampling: 'halves',
  // Many components first: the longest tasks must not be the last ones.
  groups: (specs) => [...specs].sort((a, b) => b.k - a.k).map((spec) => [spec]),
  fit: (specs, points, options, kernel) => specs.map((spec) => fitOne(spec, points, options, kernel)),
  refit(specs, points, weights, resample, options, kernel) {
    const space: StartSpace = { points, weights, sphered: sphere(points, weights), sample: null, hierarchies: [] };
    return specs.map((spec) => refitOne(spec, space, resample, options, kernel));
  },
};
