import type { CovarianceModel } from '../../../contracts/algorithms';

export { COVARIANCE_MODELS, LPA_MODELS, type CovarianceModel } from '../../../contracts/algorithms';

/** The parameters of a mixture: everything a posterior needs. */
export interface MixtureParameters {
  readonly model: CovarianceModel;
  readonly k: number;
  readonly cols: number;
  /** k, sum 1. */
  readonly proportions: Float64Array;
  /** k x d. */
  readonly means: Float64Array;
  /** k x d x d, symmetric. */
  readonly covariances: Float64Array;
}

/** Why a mixture is no solution. `component` is the index in the fit, `column` the index of the column with the most of the degenerate direction. */
export interface Degenerate {
  readonly kind:
    /** The smallest eigenvalue of a covariance is at its floor. */
    | 'collapsed'
    /** All rows of a component (responsibility above 1/2) have the same value in a column. */
    | 'tied values'
    /** A component has lost its rows, or has fewer than its covariance needs. */
    | 'empty'
    /** A covariance cannot be inverted. */
    | 'singular';
  readonly component: number;
  readonly column: number;
  /** For people, with the name of the column left out: "smallest eigenvalue 3.1e-9 of a variance of 0.61". */
  readonly evidence: string;
}

/** Where EM ended. */
export interface EmOutcome {
  readonly parameters: MixtureParameters;
  /** Of the rows, natural logarithm; with a prior the likelihood alone; −Infinity where EM degenerated before its first E-step. */
  readonly logLikelihood: number;
  readonly iterations: number;
  /** False where the limit of iterations was reached first. */
  readonly converged: boolean;
  /** Null where the solution is proper. */
  readonly degenerate: Degenerate | null;
}
