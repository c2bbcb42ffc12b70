import type { ProjectConfig } from '../../../config/project';
import type { CandidateSpec } from '../../../contracts/algorithms';
import type { Solution } from '../../../contracts/model';
import type { MixtureFigures, RejectedStart } from '../../../contracts/selection';
import type { Kernel } from '../../clustering/kernel';
import type { Points } from '../../clustering/points';

/** What every fit may depend on besides its rows. Plain data: it travels to the compute threads. */
export interface FitOptions {
  readonly seed: number;
  readonly restarts: number;
  readonly mixtureStarts: number;
  /** Largest k that will be asked for. */
  readonly largestK: number;
  /** What a candidate must look like to be worth the search for a second start that confirms it. */
  readonly promising: { readonly minK: number; readonly maxK: number; readonly minShare: number; readonly maxShare: number };
  /** False: a solution is enough, whether a second start finds it or not. */
  readonly confirm: boolean;
  /** Of the columns, for reasons. */
  readonly names: readonly string[];
  readonly prior: 'none' | 'conjugate';
}

/** One candidate fitted, or the reason why it cannot be. */
export interface Fit<S extends CandidateSpec = CandidateSpec> {
  readonly spec: S;
  readonly solution: Solution | null;
  /** Clusters of the rows fitted where these are not simply what the solution assigns them to: a cut of a tree. */
  readonly cut?: Int32Array;
  /** Why there is no solution; null where there is one. */
  readonly failure: string | null;
  readonly restarts: number;
  /** How many of them reached the best solution within 1e-6 relative. */
  readonly replicated: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly mixture: MixtureFigures | null;
  readonly rejectedStarts: readonly RejectedStart[];
}

export const optionsOf = (
  { seed, restarts, mixture, clusters, sizeGates }: ProjectConfig['modeling'],
  limits: ProjectConfig['objective']['granularity'],
  names: readonly string[],
): FitOptions => ({
  seed,
  restarts,
  mixtureStarts: mixture.starts,
  prior: mixture.prior,
  largestK: clusters.max + 1,
  confirm: true,
  promising: {
    minK: Math.max(limits.min, clusters.min),
    maxK: Math.min(limits.max, clusters.max),
    minShare: sizeGates.minShare * NEARLY,
    maxShare: sizeGates.maxShare / NEARLY,
  },
  names,
});

/** The gates look at all customers: a candidate that fails on the sample by less than this may pass. */
const NEARLY = 0.8;

/** How an algorithm takes part in the selection. */
export interface Fitter<S extends CandidateSpec = CandidateSpec> {
  /**
   * Integer weights for algorithms that take a repeated row for what it is; halves without replacement where ties would look like
   * structure (a component or a dense spot of their own).
   */
  readonly resampling: 'weights' | 'halves';
  /** Candidates that are fitted in one task, because they share work. */
  groups(specs: readonly S[]): readonly (readonly S[])[];
  /** The best fit of each candidate that can be had: what is published. */
  fit(specs: readonly S[], points: Points, options: FitOptions, kernel: Kernel): Fit<S>[];
  /** A quick fit to a resample; null where it finds no solution. */
  refit(specs: readonly S[], points: Points, weights: Float64Array | null, resample: number, options: FitOptions, kernel: Kernel): (Solution | null)[];
}

/** A candidate without a solution. */
export const unfitted = <S extends CandidateSpec>(spec: S, failure: string, rejectedStarts: readonly RejectedStart[] = [], restarts = 0): Fit<S> => ({
  spec,
  solution: null,
  failure,
  restarts,
  replicated: 0,
  iterations: 0,
  converged: false,
  mixture: null,
  rejectedStarts,
});
