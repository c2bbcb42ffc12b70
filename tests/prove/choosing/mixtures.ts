import type { CovarianceModel } from '../../../src/contracts/algorithms';
import { canonicalOrder } from '../../../src/core/clustering/canonical';
import { criteria } from '../../../src/core/clustering/mixture/criteria';
import { degreesOfFreedom } from '../../../src/core/clustering/mixture/degrees-of-freedom';
import { em, emFrom } from '../../../src/core/clustering/mixture/em';
import { posterior } from '../../../src/core/clustering/mixture/posterior';
import { startSpace, type StartSpace } from '../../../src/core/clustering/mixture/starts/hierarchies';
import { responsibilitiesOf, startLabels, startsOf } from '../../../src/core/clustering/mixture/starts/labels';
import type { EmOutcome } from '../../../src/core/clustering/mixture/types';
import type { Points } from '../../../src/core/clustering/points';

/** Two hierarchies on sphered columns, one on the columns as they are, and three k-means starts. */
const STARTS = 6;
/** Starts that are followed. */
const FOLLOWED = 3;
const SHORT = { maxIterations: 15, tolerance: 1e-5 };
/** Within about one unit of the likelihood's maximum: BICs of neighbouring k lie tens of units apart. */
const LONG = { maxIterations: 500, tolerance: 1e-7 };

export interface FittedMixture {
  readonly k: number;
  readonly model: CovarianceModel;
  readonly outcome: EmOutcome;
  readonly df: number;
  readonly bic: number;
  readonly icl: number;
  /** Most probable component of each row. */
  readonly labels: Int32Array;
  /** Of all customers. */
  readonly sizes: readonly number[];
}

/**
 * The likeliest proper mixture of each model and k. A shorter search than the product's: that one follows more starts, to the last digit, to say
 * how many reach the same maximum.
 */
export function fitMixtures(points: Points, all: Points, models: readonly CovarianceModel[], ks: readonly number[], seed: number): FittedMixture[] {
  const space = startSpace(points, null, { largestK: Math.max(...ks), seed });
  return models.flatMap((model) => ks.flatMap((k) => fitOne(space, all, model, k, seed) ?? []));
}

function fitOne(space: StartSpace, all: Points, model: CovarianceModel, k: number, seed: number): FittedMixture | null {
  const { points } = space;
  const begun = startsOf(space, STARTS)
    .map((start) => em(points, null, responsibilitiesOf(startLabels(space, start, k, { seed, draw: null }), k), k, model, SHORT))
    .filter(isProper)
    .sort((a, b) => b.logLikelihood - a.logLikelihood);
  const ended = begun.slice(0, FOLLOWED).map(({ parameters }) => emFrom(points, null, parameters, LONG)).filter(isProper);
  if (ended.length === 0) return null;
  const outcome = ended.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  const { cluster, responsibilities } = posterior(outcome.parameters, points, 0, points.rows, { withResponsibilities: true });
  const df = degreesOfFreedom(model, k, points.cols);
  const { bic, icl } = criteria({ logLikelihood: outcome.logLikelihood, df, n: points.rows, k, responsibilities: responsibilities! });
  const sizes = new Array<number>(k).fill(0);
  for (const label of posterior(outcome.parameters, all).cluster) sizes[label]++;
  return { k, model, outcome, df, bic, icl, labels: inOrder(cluster, k), sizes };
}

const isProper = ({ degenerate }: EmOutcome): boolean => degenerate === null;

function inOrder(labels: Int32Array, k: number): Int32Array {
  const place = new Int32Array(k);
  canonicalOrder(labels, k).forEach((from, to) => (place[from] = to));
  return labels.map((label) => place[label]);
}
