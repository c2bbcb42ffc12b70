import { PipelineError } from '../../../contracts/errors';
import type { Points } from '../points';
import { isDiagonal } from './density';
import { diagonals } from './models/rotation';
import type { Maximum } from './mstep';
import { scatterOf, type Scatter } from './scatter';
import type { CovarianceModel } from './types';

/**
 * Conjugate prior of a mixture: given a covariance the means are normal about `mean` with that covariance over `shrinkage`; the covariance
 * is inverse Wishart with scale matrix `scale`, or, where it is diagonal, its variances are inverse gamma with scale `scale[0]`.
 */
export interface Prior {
  /** Rows the prior mean counts for; 0 leaves the means alone. */
  readonly shrinkage: number;
  /** d. */
  readonly mean: Float64Array;
  /** Degrees of freedom. */
  readonly dof: number;
  /** d x d for ellipsoidal models, one number for diagonal and spherical ones. */
  readonly scale: Float64Array;
}

/** What is shared in the models that have a prior here: the form of a covariance, and whether all components have the same. */
const FORMS: Partial<
  Record<CovarianceModel, { readonly form: 'spherical' | 'diagonal' | 'full'; readonly common: boolean }>
> = {
  EII: { form: 'spherical', common: true },
  VII: { form: 'spherical', common: false },
  EEI: { form: 'diagonal', common: true },
  VVI: { form: 'diagonal', common: false },
  EEE: { form: 'full', common: true },
  VVV: { form: 'full', common: false },
};

/** The models `mStepWithPrior` knows. */
export const hasPrior = (model: CovarianceModel): boolean => model in FORMS;

/**
 * The weak prior of Fraley and Raftery (mclust's `defaultPrior`): the mean of the columns with the weight of 0.01 rows, d + 2 degrees of
 * freedom, and as scale the covariance of all rows (denominator n − 1), or the average variance of the columns, shrunk to a k-th of the
 * volume: times k^(−2/d). Where rows are not more than columns the covariance's diagonal.
 *
 * @throws PipelineError `CONFIG_INVALID` for a model that has no prior; `INSUFFICIENT_DATA` below two rows.
 *
 * O(nd²). Fraley and Raftery, J. Classif. 24(2), 2007, section 3.
 */
export function defaultPrior(
  points: Points,
  weights: Float64Array | null,
  k: number,
  model: CovarianceModel,
  shrinkage = 0.01,
): Prior {
  requirePrior(model);
  const { rows, cols } = points;
  const diagonal = isDiagonal({ model });
  const all = scatterOf(points, weights, new Float64Array(rows).fill(1), 1, diagonal);
  if (all.total < 2) throw new PipelineError('INSUFFICIENT_DATA', `a prior needs at least 2 rows, got ${all.total}`);
  const factor = k ** (-2 / cols) / (all.total - 1);
  const squares = diagonal ? all.within : all.within.filter((_, at) => at % (cols + 1) === 0);
  const average = squares.reduce((sum, square) => sum + square, 0) / cols;
  const full = all.total > cols ? all.within : diagonals(squares, 1, cols);
  const scale = (diagonal ? Float64Array.of(average) : full).map((sum) => factor * sum);
  return { shrinkage, mean: all.means, dof: cols + 2, scale };
}

/**
 * Means and covariances at the mode of the posterior. The denominators are those of the mode: mclust's compiled code for EEI leaves the
 * means unshrunk and counts one mean in place of k.
 *
 * @param scatter Sizes all > 0.
 * @throws PipelineError `CONFIG_INVALID` for a model that has no prior.
 *
 * O(k d²). Fraley and Raftery, J. Classif. 24(2), 2007, section 3.
 */
export function mStepWithPrior(scatter: Scatter, model: CovarianceModel, prior: Prior): Maximum {
  const { form, common } = requirePrior(model);
  const { k, cols: d } = scatter;
  const covariances = new Float64Array(k * d * d);
  const pulled = pull(scatter, prior);
  const counted = prior.shrinkage > 0 ? 1 : 0;
  const counts = scatter.sizes.map((size) => size + counted);
  if (common) shareAll(pulled, counts, k);
  for (let c = 0; c < k; c++) {
    const own = pulled.subarray(c * d * d, (c + 1) * d * d);
    covariances.set(MODES[form](own, counts[c], prior, d), c * d * d);
  }
  return { means: shrunkMeans(scatter, prior), covariances };
}

/** Mode of a covariance with `count` rows and means, whose scatter is `sums` (d x d). */
const MODES = {
  spherical: (sums: Float64Array, count: number, { dof, scale }: Prior, d: number): Float64Array => {
    let trace = scale[0];
    for (let j = 0; j < d; j++) trace += sums[j * (d + 1)];
    return diagonals(new Float64Array(d).fill(trace / (dof + count * d + 2)), 1, d);
  },
  diagonal: (sums: Float64Array, count: number, { dof, scale }: Prior, d: number): Float64Array =>
    sums.map((sum, at) => (at % (d + 1) === 0 ? (scale[0] + sum) / (dof + count + 2) : 0)),
  full: (sums: Float64Array, count: number, { dof, scale }: Prior, d: number): Float64Array =>
    sums.map((sum, at) => (scale[at] + sum) / (dof + count + d + 1)),
};

/** Scatter matrices with the distance of each mean from the prior's (k x d x d). */
function pull({ k, cols: d, sizes, means, within, diagonal }: Scatter, { shrinkage, mean }: Prior): Float64Array {
  const sums = diagonal ? diagonals(within, k, d) : within.slice();
  for (let c = 0; c < k; c++) {
    const weight = (shrinkage * sizes[c]) / (shrinkage + sizes[c]);
    for (let j = 0; j < d; j++) {
      for (let l = 0; l < d; l++) {
        if (diagonal && l !== j) continue;
        sums[c * d * d + j * d + l] += weight * (means[c * d + j] - mean[j]) * (means[c * d + l] - mean[l]);
      }
    }
  }
  return sums;
}

/** Replace the sums and the count of each component by those of all. */
function shareAll(sums: Float64Array, counts: Float64Array, k: number): void {
  const width = sums.length / k;
  for (let j = 0; j < width; j++) {
    let total = 0;
    for (let c = 0; c < k; c++) total += sums[c * width + j];
    for (let c = 0; c < k; c++) sums[c * width + j] = total;
  }
  counts.fill(counts.reduce((sum, count) => sum + count, 0));
}

const shrunkMeans = ({ cols, sizes, means }: Scatter, { shrinkage, mean }: Prior): Float64Array =>
  means.map((value, at) => {
    const size = sizes[Math.floor(at / cols)];
    return (size * value + shrinkage * mean[at % cols]) / (size + shrinkage);
  });

function requirePrior(model: CovarianceModel): NonNullable<(typeof FORMS)[CovarianceModel]> {
  const form = FORMS[model];
  if (form === undefined) {
    const known = Object.keys(FORMS).join(', ');
    throw new PipelineError('CONFIG_INVALID', `${model} has no conjugate prior: use one of ${known}`, { model });
  }
  return form;
}
