import type { MeasuredCandidate, MixtureFigures } from '../../contracts/selection';

/**
 * - `chosen`: by the rule.
 * - `finalist`: best of its algorithm, beaten by another algorithm's (rule full).
 * - `fitted`: a proper solution that another one beats (rule bic); `lost`: the same under the full rule.
 * - `rejected`: a solution that may not be chosen: it fails a gate, or one start only found it.
 * - `information`: beside the range of k that was asked for (rule full).
 * - `not estimable`: no proper solution from any start; the reason names component and column.
 */
export const STATUSES = ['chosen', 'finalist', 'fitted', 'lost', 'rejected', 'information', 'not estimable'] as const;
export type LabStatus = (typeof STATUSES)[number];

/** One candidate as the lab shows it. What is not defined is null; `undefinedBecause` says why. */
export interface LabCandidate extends Nullable<MixtureFigures> {
  readonly algorithm: MeasuredCandidate['algorithm'];
  /** Covariance model, linkage, or the parameters of a density; null for k-means. */
  readonly model: string | null;
  readonly k: number;
  readonly status: LabStatus;
  readonly reason: string;
  /** −BIC, as mclust prints it. */
  readonly bicMclust: number | null;
  readonly inertia: number | null;
  readonly silhouette: number | null;
  /** Standard error of the draw of rows that the silhouette was measured on; 0 where it is that of all rows fitted to. */
  readonly silhouetteError: number | null;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  readonly undefinedBecause: MeasuredCandidate['undefinedBecause'];
  /** Over the resamples; null where it was not resampled. */
  readonly meanJaccard: number | null;
  /** Rows of each cluster, of all rows used; of a hierarchical tree those of its cut where it has all rows, else those nearest to its means. */
  readonly sizes: readonly number[];
  /** Rows that belong to no cluster. */
  readonly unassigned: number;
  /** Starts that were followed to their end. */
  readonly starts: number;
  /** How many of them reached the best solution. */
  readonly replicated: number;
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/** What a candidate must have been measured by. */
export type LabMeasured = Pick<
  MeasuredCandidate,
  | 'algorithm'
  | 'model'
  | 'k'
  | 'mixture'
  | 'inertia'
  | 'silhouette'
  | 'silhouetteDraw'
  | 'calinskiHarabasz'
  | 'daviesBouldin'
  | 'undefinedBecause'
  | 'meanJaccard'
  | 'sizes'
  | 'restarts'
  | 'replicated'
>;

const NO_MIXTURE: Nullable<MixtureFigures> = {
  logLikelihood: null,
  df: null,
  bic: null,
  icl: null,
  aic: null,
  sabic: null,
  caic: null,
  entropy: null,
};

/** @param n Rows used. */
export function labCandidate(measured: LabMeasured, n: number, status: LabStatus, reason: string): LabCandidate {
  const { algorithm, model, k, mixture, sizes, restarts, replicated, undefinedBecause } = measured;
  const { logLikelihood, df, bic, icl, aic, sabic, caic, entropy } = mixture ?? NO_MIXTURE;
  return {
    algorithm,
    model,
    k,
    status,
    reason,
    logLikelihood,
    df,
    bic,
    bicMclust: bic === null ? null : -bic,
    icl,
    aic,
    sabic,
    caic,
    entropy,
    inertia: measured.inertia,
    silhouette: measured.silhouette,
    silhouetteError: measured.silhouette === null ? null : (measured.silhouetteDraw?.error ?? 0),
    calinskiHarabasz: measured.calinskiHarabasz,
    daviesBouldin: measured.daviesBouldin,
    undefinedBecause,
    meanJaccard: measured.meanJaccard,
    sizes,
    unassigned: undefinedBecause === 'NO_SOLUTION' ? 0 : sizes.reduce((left, size) => left - size, n),
    starts: restarts,
    replicated,
  };
}
