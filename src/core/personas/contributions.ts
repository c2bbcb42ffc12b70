import type { ClusterModel, StoredMixture } from '../../contracts/model';
import { quadraticOf } from '../clustering/mixture/quadratic';

/** What one column adds, for this customer and on average. */
export interface Term {
  readonly contribution: number;
  readonly base: number;
}

/** The terms of all columns, and what they add up to. */
export interface Explained {
  readonly of:
    /** Squared distance to the runner-up's mean minus that to its own. */
    | 'distances'
    /** Twice the log odds of the component against the runner-up, without the constant that no column changes. */
    | 'log odds'
    /** The same for a density, which is not decided by its means: a description, not the reason. */
    | 'distances to the means'
    /** Minus the squared distance to the mean of the cluster with the nearest row: what keeps a customer out of it. */
    | 'distance to the nearest';
  readonly terms: readonly Term[];
}

/** The terms of a customer with the prepared row `x`. @param cluster -1 for none. */
export function termsOf(model: ClusterModel, x: Float64Array, cluster: number, runnerUp: number): Explained {
  const { solution, centroids } = model;
  if (cluster < 0) return { of: 'distance to the nearest', terms: Array.from(x, (value, j) => ({ contribution: -((value - centroids[runnerUp][j]) ** 2), base: 0 })) };
  if (solution.kind === 'mixture') return { of: 'log odds', terms: quadraticTerms(solution.mixture, x, cluster, runnerUp) };
  const places = solution.kind === 'centroids' ? solution.centroids : centroids;
  const [own, other] = [places[cluster], places[runnerUp]];
  return {
    of: solution.kind === 'centroids' ? 'distances' : 'distances to the means',
    terms: Array.from(x, (value, j) => ({
      contribution: (value - other[j]) ** 2 - (value - own[j]) ** 2,
      base: other[j] ** 2 - own[j] ** 2 + 2 * (own[j] - other[j]) * columnMean(model, j),
    })),
  };
}

/** k-means keeps the mean of the assigned customers as the weighted mean of the centroids. */
const columnMean = ({ centroids, sizes }: ClusterModel, j: number): number =>
  centroids.reduce((sum, centroid, c) => sum + sizes[c] * centroid[j], 0) / sizes.reduce((sum, size) => sum + size, 0);

/**
 * Shapley values of a quadratic function f(x) = x'Ax + b'x in closed form, with the mixture itself as background: mean m, second moments E. The pair
 * term 2 A_ij x_i x_j is a game of two players, so each gets half of what it adds alone and together:
 *
 *   φ_i = b_i (x_i − m_i) + A_ii (x_i² − E_ii) + Σ_{j≠i} A_ij [(x_i m_j − E_ij) + (x_i x_j − m_i x_j)]
 *
 * The base of a column is its share of the mean of f, pairs halved. O(d² k).
 */
function quadraticTerms(mixture: StoredMixture, x: Float64Array, cluster: number, runnerUp: number): Term[] {
  const d = x.length;
  const { mean, second } = moments(mixture, d);
  const own = quadraticOf(mixture, cluster);
  const other = quadraticOf(mixture, runnerUp);
  const a = (i: number, j: number): number => own.square[i][j] - other.square[i][j];
  return Array.from({ length: d }, (_, i) => {
    const linear = own.linear[i] - other.linear[i];
    let base = linear * mean[i];
    let value = linear * (x[i] - mean[i]);
    for (let j = 0; j < d; j++) {
      base += a(i, j) * second[i * d + j];
      value += i === j ? a(i, i) * (x[i] ** 2 - second[i * d + i]) : a(i, j) * (x[i] * mean[j] - second[i * d + j] + (x[i] - mean[i]) * x[j]);
    }
    return { contribution: base + value, base };
  });
}

/** Mean and second moments (d x d) of the mixture. */
function moments({ proportions, means, covariances }: StoredMixture, d: number): { mean: Float64Array; second: Float64Array } {
  const mean = new Float64Array(d);
  const second = new Float64Array(d * d);
  proportions.forEach((share, c) => {
    for (let i = 0; i < d; i++) {
      mean[i] += share * means[c][i];
      for (let j = 0; j < d; j++) second[i * d + j] += share * (covariances[c][i][j] + means[c][i] * means[c][j]);
    }
  });
  return { mean, second };
}
