import { PipelineError } from '../../contracts/errors';
import type { ClusterModel } from '../../contracts/model';
import { predict } from '../clustering/predict';
import { toPoints } from '../clustering/points';
import type { FeatureRow } from '../prepare';
import { applyPreprocessing } from '../prepare';

/** What one model column adds to the margin. */
export interface Contribution {
  readonly column: string;
  /** The raw features it is made from, as this customer has them; null = missing (imputed). */
  readonly from: readonly { readonly feature: string; readonly value: number | null }[];
  /** The prepared value, scaled units. */
  readonly prepared: number;
  /** (x - c2)² - (x - c1)²: positive speaks for the persona, negative for the runner-up. */
  readonly contribution: number;
  /** The mean of that term over all customers of the fit: what the column contributes for no one in particular. */
  readonly base: number;
}

export interface Explanation {
  readonly cluster: number;
  /** As in `clustering.assignments`: the posterior for equal spherical normal clusters. */
  readonly probability: number;
  readonly runnerUp: number;
  /** Squared distance to the runner-up's centroid minus that to its own: the sum of the contributions, >= 0. */
  readonly margin: number;
  /** Mean margin between the same two clusters over all customers of the fit: the sum of the bases. */
  readonly base: number;
  /** Largest first by |contribution|. `contribution - base` is the column's exact Shapley value against all customers. */
  readonly contributions: readonly Contribution[];
}

/**
 * Why a customer is in its persona: distances to all centroids, and the margin over the runner-up split by column. The margin is a sum
 * of one term per column, so each column's Shapley value (background: all customers of the fit, persona pair fixed) is its term minus
 * the term's mean, exactly; the mean needs only the column's mean, which k-means keeps as the weighted mean of the centroids.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` for a model of one cluster; `NOT_FINITE` as in `applyPreprocessing`.
 * O(k d).
 */
export function explain(model: ClusterModel, row: FeatureRow): Explanation {
  if (model.k < 2) throw new PipelineError('INSUFFICIENT_DATA', 'a model of one cluster has no runner-up');
  const x = applyPreprocessing(model.preprocessing, row);
  const assigned = predict(model, toPoints({ rows: 1, cols: x.length, names: [], values: x }));
  const [cluster, runnerUp] = [assigned.cluster[0], assigned.runnerUp[0]];
  const [own, other] = [model.centroids[cluster], model.centroids[runnerUp]];
  const contributions = model.preprocessing.columns.map(({ column, from }, j) => ({
    column,
    from: from.map((feature) => ({ feature, value: present(row[feature]) })),
    prepared: x[j],
    contribution: (x[j] - other[j]) ** 2 - (x[j] - own[j]) ** 2,
    base: other[j] ** 2 - own[j] ** 2 + 2 * (own[j] - other[j]) * columnMean(model, j),
  }));
  return {
    cluster,
    probability: assigned.probability[0],
    runnerUp,
    margin: assigned.margin[0],
    base: contributions.reduce((sum, { base }) => sum + base, 0),
    contributions: contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}

const columnMean = ({ centroids, sizes }: ClusterModel, j: number): number =>
  centroids.reduce((sum, centroid, c) => sum + sizes[c] * centroid[j], 0) / total(sizes);

const present = (value: number | null | undefined): number | null => (value === null || value === undefined || Number.isNaN(value) ? null : value);

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
