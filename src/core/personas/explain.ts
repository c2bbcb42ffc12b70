import { PipelineError } from '../../contracts/errors';
import type { ClusterModel } from '../../contracts/model';
import { assign } from '../clustering/assign';
import { termsOf, type Explained } from './contributions';
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
  /** Positive speaks for the persona, negative for the runner-up. */
  readonly contribution: number;
  /** The mean of that term over all customers of the fit: what the column contributes for no one in particular. */
  readonly base: number;
}

export interface Explanation {
  /** -1 for a customer that belongs to no dense region. */
  readonly cluster: number;
  /** As in `clustering.assignments`. */
  readonly probability: number;
  /** The second-best cluster; of a customer in none the nearest one. */
  readonly runnerUp: number;
  /** What the contributions explain; see `Explained`. */
  readonly of: Explained['of'];
  /** The sum of the contributions. */
  readonly margin: number;
  /** Mean of the same over all customers of the fit: the sum of the bases. */
  readonly base: number;
  /** Largest first by |contribution|. `contribution - base` is the column's exact Shapley value against all customers. */
  readonly contributions: readonly Contribution[];
}

/**
 * Why a customer is in its persona: its margin over the runner-up, split by column. Each column's contribution minus its base is its exact Shapley
 * value (interventional; background: all customers of the fit, persona pair fixed); see `contributions.ts`.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` for a model of one cluster; `NOT_FINITE` as in `applyPreprocessing`.
 */
export function explain(model: ClusterModel, row: FeatureRow): Explanation {
  if (model.k < 2) throw new PipelineError('INSUFFICIENT_DATA', 'a model of one cluster has no runner-up');
  const x = applyPreprocessing(model.preprocessing, row);
  const assigned = assign(model, toPoints({ rows: 1, cols: x.length, names: [], values: x }));
  const [cluster, runnerUp] = [assigned.cluster[0], assigned.runnerUp[0]];
  const { of, terms } = termsOf(model, x, cluster, runnerUp);
  const contributions = model.preprocessing.columns.map(({ column, from }, j) => ({
    column,
    from: from.map((feature) => ({ feature, value: present(row[feature]) })),
    prepared: x[j],
    ...terms[j],
  }));
  return {
    cluster,
    probability: assigned.probability[0],
    runnerUp,
    of,
    margin: contributions.reduce((sum, { contribution }) => sum + contribution, 0),
    base: contributions.reduce((sum, { base }) => sum + base, 0),
    contributions: contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}

const present = (value: number | null | undefined): number | null => (value === null || value === undefined || Number.isNaN(value) ? null : value);
