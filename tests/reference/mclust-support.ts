import { readFileSync } from 'node:fs';
import { degreesOfFreedom } from '../../src/core/clustering/mixture/degrees-of-freedom';
import type { BlrtStep } from '../../src/core/clustering/mixture/blrt';
import { em } from '../../src/core/clustering/mixture/em';
import { fitMixture, isReplicated, type MixtureFit } from '../../src/core/clustering/mixture/fit';
import { responsibilitiesOf, startLabels } from '../../src/core/clustering/mixture/starts/labels';
import { startSpace, type StartSpace } from '../../src/core/clustering/mixture/starts/hierarchies';
import { COVARIANCE_MODELS, type CovarianceModel, type EmOutcome } from '../../src/core/clustering/mixture/types';
import { toPoints } from '../../src/core/clustering/points';
import type { Matrix } from '../../src/core/linalg/matrix';
import { shared } from '../support/shared';
import { faithful, iris } from './clustering-sets';

/** One solution of mclust. */
export interface Solution {
  readonly model: CovarianceModel;
  readonly G: number;
  readonly df: number;
  readonly loglik: number;
  readonly icl_mclust: number;
  readonly entropy_relative: number;
  readonly sizes: number | readonly number[];
  readonly pro: number | readonly number[];
  readonly means: readonly (readonly number[])[];
}

/** What mclust 6.0.0 says of a data set, on raw columns; its BIC and ICL are the negatives of ours. */
interface Reference {
  readonly bic: Readonly<Record<CovarianceModel, readonly (number | null)[]>>;
  readonly chosen: Solution;
  readonly lpa_models_tidyLPA: Readonly<
    Record<string, { readonly mclust_name: CovarianceModel; readonly by_G: readonly Solution[] }>
  >;
}

export const SETS = [
  ['iris', iris],
  ['faithful', faithful],
] as const;

export const referenceOf = (set: string): Reference =>
  JSON.parse(readFileSync(shared(`reference/${set}_mclust.json`), 'utf8')) as Reference;

/** A model and a number of components, with the log-likelihood mclust ended with; null where it gives NA. */
export interface Cell {
  readonly model: CovarianceModel;
  readonly k: number;
  readonly df: number;
  readonly theirs: number | null;
}

/** All models with the given numbers of components. The log-likelihood follows from BIC and degrees of freedom. */
export function cellsOf(set: string, ks: readonly number[], { rows, cols }: Matrix): Cell[] {
  const { bic } = referenceOf(set);
  return COVARIANCE_MODELS.flatMap((model) =>
    ks.map((k) => {
      const df = degreesOfFreedom(model, k, cols);
      const value = bic[model][k - 1];
      return { model, k, df, theirs: value === null ? null : (value + df * Math.log(rows)) / 2 };
    }),
  );
}

export const spaceOf = (x: Matrix): StartSpace => startSpace(toPoints(x), null, { largestK: 9, seed: 0 });

export const fitCell = (space: StartSpace, { model, k }: Pick<Cell, 'model' | 'k'>, starts = 20): MixtureFit =>
  fitMixture(space, { model, k, starts, prior: null, stream: { seed: 0, draw: null }, replicate: true, nested: null });

/**
 * EM as mclust runs it: from its model-based hierarchy, to a relative change of 1e-5, with nothing rejected that can be inverted. Where the
 * proportions are not yet the mean responsibilities mclust adds an M-step, whose parameters it reports with the likelihood from before.
 */
export function asMclust(
  { points, ...space }: StartSpace,
  { model, k }: Pick<Cell, 'model' | 'k'>,
): EmOutcome & { readonly responsibilities: Float64Array } {
  const labels = startLabels({ points, ...space }, { method: 'model-based', index: 0 }, k, { seed: 0, draw: null });
  const responsibilities = responsibilitiesOf(labels, k);
  const outcome = em(points, null, responsibilities, k, model, { tolerance: 1e-5, floor: 0 });
  const step = em(points, null, responsibilities.slice(), k, model, { maxIterations: 1, floor: 0 }).parameters;
  const difference = outcome.parameters.proportions.reduce(
    (sum, share, c) => sum + (share - step.proportions[c]) ** 2,
    0,
  );
  const parameters = difference > Math.sqrt(Number.EPSILON) ? step : outcome.parameters;
  return { ...outcome, parameters, responsibilities };
}

/** Rows per component by largest responsibility. */
export function sizesOf(responsibilities: Float64Array, k: number): number[] {
  const sizes = new Array<number>(k).fill(0);
  for (let i = 0; i < responsibilities.length; i += k) {
    const row = responsibilities.subarray(i, i + k);
    sizes[row.indexOf(Math.max(...row))]++;
  }
  return sizes;
}

/**
 * How a fit compares with mclust's solution: equal within 1e-5, better, lower by up to 1e-3 (all relative), and none of these: `rejected` where
 * only a degenerate start reaches it, else `short`.
 */
export type Comparison =
  'equal' | 'better' | 'lower' | 'proper where mclust has none' | 'neither' | 'rejected' | 'short';

const EQUAL = 1e-5;
const SHORT_BY = 1e-3;

export function compare({ theirs }: Cell, fit: MixtureFit): Comparison {
  if (theirs === null) return fit.status === 'fitted' ? 'proper where mclust has none' : 'neither';
  const ours = fit.status === 'fitted' ? fit.outcome.logLikelihood : -Infinity;
  if (Math.abs(ours - theirs) <= EQUAL * Math.abs(theirs)) return 'equal';
  if (ours > theirs) return 'better';
  if (ours >= theirs - SHORT_BY * Math.abs(theirs)) return 'lower';
  const reaching = fit.rejected.some(
    ({ logLikelihood }) => (logLikelihood ?? -Infinity) >= theirs - SHORT_BY * Math.abs(theirs),
  );
  return reaching ? 'rejected' : 'short';
}

export const bicOf = ({ df }: Cell, fit: MixtureFit, rows: number): number =>
  fit.status === 'fitted' ? df * Math.log(rows) - 2 * fit.outcome.logLikelihood : Infinity;

/** Every cell fitted, compared and counted; the best by BIC of those that replicate, and lower BICs that do not. */
export function compareAll(
  cells: readonly Cell[],
  space: StartSpace,
  starts?: number,
): {
  readonly counts: Readonly<Partial<Record<Comparison, number>>>;
  readonly below: readonly string[];
  readonly best: { readonly model: CovarianceModel; readonly k: number; readonly bic: number };
  readonly setAside: readonly string[];
} {
  const counts: Partial<Record<Comparison, number>> = {};
  const below: string[] = [];
  const judged = cells.map((cell) => {
    const fit = fitCell(space, cell, starts);
    const comparison = compare(cell, fit);
    counts[comparison] = (counts[comparison] ?? 0) + 1;
    if (comparison === 'short' || comparison === 'rejected') below.push(`${cell.model},${cell.k} ${comparison}`);
    return {
      ...cell,
      bic: bicOf(cell, fit, space.points.rows),
      eligible: fit.status === 'fitted' && isReplicated(fit),
    };
  });
  const ranked = judged.sort((a, b) => a.bic - b.bic);
  const at = ranked.findIndex(({ eligible }) => eligible);
  const { model, k, bic } = ranked[at];
  const setAside = ranked.slice(0, at).map((cell) => `${cell.model},${cell.k} ${cell.bic.toFixed(2)}`);
  return { counts, below, best: { model, k, bic }, setAside };
}

/** mclust's bootstrap likelihood ratio tests, G_null against G_null + 1. */
interface BlrtReference {
  readonly nboot: number;
  readonly G_null: readonly number[];
  readonly LRTS: readonly number[];
  readonly p_value: readonly number[];
}

export const blrtReferenceOf = (set: string, model: CovarianceModel): BlrtReference =>
  JSON.parse(readFileSync(shared(`reference/${set}_blrt_${model}.json`), 'utf8')) as BlrtReference;

export const relative = (value: number, reference: number): number => Math.abs(value - reference) / Math.abs(reference);

/** Whether the statistics agree to 1 %; then p must agree within three joint binomial standard errors. */
export function agreesWith(
  { k, statistic, p, draws }: BlrtStep,
  { G_null, LRTS, p_value, nboot }: BlrtReference,
): boolean {
  const at = G_null.indexOf(k);
  process.stdout.write(
    `G = ${k}: statistic ${statistic}, mclust ${LRTS[at]}; p ${p} on ${draws} draws, mclust ${p_value[at]}\n`,
  );
  if (statistic === null || p === null || relative(statistic, LRTS[at]) > 0.01) return false;
  const variance = (value: number, n: number): number => (value * (1 - value)) / n;
  expect(Math.abs(p - p_value[at])).toBeLessThanOrEqual(
    3 * Math.sqrt(variance(p, draws) + variance(p_value[at], nboot)),
  );
  return true;
}
