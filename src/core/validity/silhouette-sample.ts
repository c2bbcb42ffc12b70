import { PipelineError } from '../../contracts/errors';
import type { Kernel } from '../clustering/kernel';
import { plainKernel } from '../clustering/plain-kernel';
import type { Points } from '../clustering/points';
import { microClusters } from '../clustering/hierarchical/micro-clusters';
import { blocksOf } from '../linalg/blocks';
import { bottomKSampler } from '../linalg/sampling';
import { planSilhouette, silhouetteValues, type Labeling, type SilhouettePlan } from './silhouette';

/** Up to this many rows the mean silhouette is exact; above, a sample of rows speaks for all. */
export const EXACT_SILHOUETTE_ROWS = 10_000;
/** Rows that are drawn from more, at least. */
const LEAST_DRAWN = 1000;
/** Groups of neighbours that rows are drawn from. */
const STRATA = 16;
/** Rows of each stratum, at least, or all it has: its spread must be measurable. */
const LEAST_ROWS = 5;

/** Rows drawn at random within strata. */
export interface StratifiedSample {
  /** Ascending. */
  readonly rows: Int32Array;
  /** Stratum of each sampled row. */
  readonly stratum: Int32Array;
  /** Rows of each stratum, in the data. */
  readonly sizes: readonly number[];
}

/**
 * A sample of about `size` rows, shared out over the strata by their sizes, at least five of each. Within a stratum the rows with the smallest
 * md5(id:seed) are drawn, so neither the order of the rows nor that of the labels matters. Draw it once, by any one labelling: the same rows
 * then serve every labelling.
 *
 * @param ids Distinct text ids of the rows.
 * @param strata A labelling of all rows, 0..k−1; clusters differ in their silhouettes, so clusters make good strata.
 * @returns More than `size` rows where the least number per stratum asks for it; all rows where `size` is not smaller than their number.
 * @throws PipelineError `INSUFFICIENT_DATA` unless every row has an id and a label within k.
 *
 * O(n) hashes and O(n log n). Cochran, Sampling Techniques, 3rd ed., 1977, chapter 5.
 */
export function stratifiedSample(
  ids: readonly string[],
  { k, labels }: Labeling,
  size: number,
  seed: number,
): StratifiedSample {
  if (ids.length !== labels.length || labels.some((label) => !(label >= 0 && label < k)))
    throw new PipelineError('INSUFFICIENT_DATA', `a stratified sample needs a label in 0..${k - 1} for each id`, {
      k,
      ids: ids.length,
      labels: labels.length,
    });
  const members: number[][] = Array.from({ length: k }, () => []);
  labels.forEach((label, row) => members[label].push(row));
  const stratumOf = new Int32Array(ids.length).fill(-1);
  members.forEach((rows, h) => {
    const draw = bottomKSampler(
      rows.map((row) => ids[row]),
      seed,
    );
    const share = Math.ceil((size * rows.length) / ids.length);
    for (const at of draw(Math.max(share, LEAST_ROWS))) stratumOf[rows[at]] = h;
  });
  const rows = Int32Array.from(stratumOf.keys()).filter((row) => stratumOf[row] >= 0);
  return {
    rows,
    stratum: Int32Array.from(rows, (row) => stratumOf[row]),
    sizes: members.map(({ length }) => length),
  };
}

/** All rows, in one stratum: what is estimated from them is exact. */
export const everyRow = (n: number): StratifiedSample => ({
  rows: Int32Array.from({ length: n }, (_, row) => row),
  stratum: new Int32Array(n),
  sizes: [n],
});

/** Rows that silhouettes of n rows are measured on: all up to 10,000; of more, so many that it takes no longer, but no fewer than 1,000. */
export const silhouetteRows = (n: number): number =>
  n <= EXACT_SILHOUETTE_ROWS ? n : Math.max(Math.floor(EXACT_SILHOUETTE_ROWS ** 2 / n), LEAST_DRAWN);

/**
 * Strata of rows by where they lie, from no candidate's labels: so the same rows are drawn whatever algorithms and k are compared on them. Clusters
 * of neighbours have silhouettes that are alike, whatever the labelling.
 *
 * @param points More than `EXACT_SILHOUETTE_ROWS`.
 *
 * O(nd).
 */
export function strataOf(points: Points, seed: number, kernel: Kernel = plainKernel): Labeling {
  const { leafOf, weights } = microClusters(points, null, { count: STRATA, atLeast: 1, seed }, kernel);
  return { k: weights.length, labels: leafOf };
}

/** An estimate and its standard error, in the same unit. */
export interface Estimate {
  readonly value: number;
  /** 0 where all rows were drawn. */
  readonly standardError: number;
}

/**
 * Mean over all rows, estimated from a value of each sampled row: the strata's means weighted by their sizes. The error is that of the draw
 * alone, with the correction for a finite population; value ± 1.96 errors hold the mean of all rows in about 95 of 100 draws.
 *
 * @param values One per sampled row, in the order of the sample.
 * @throws PipelineError `INSUFFICIENT_DATA` unless there is a value for each sampled row, at least one, and two of each stratum of more than one row.
 *
 * O(m). Cochran, Sampling Techniques, 3rd ed., 1977, formulas 5.1 and 5.12.
 */
export function stratifiedMean(values: ArrayLike<number>, { rows, stratum, sizes }: StratifiedSample): Estimate {
  if (rows.length === 0 || values.length !== rows.length)
    throw new PipelineError('INSUFFICIENT_DATA', `${values.length} values do not fit a sample of ${rows.length} rows`);
  const drawn = new Float64Array(sizes.length);
  const means = new Float64Array(sizes.length);
  const squares = new Float64Array(sizes.length);
  stratum.forEach((h, i) => {
    drawn[h]++;
    means[h] += values[i];
  });
  if (sizes.some((size, h) => drawn[h] < Math.min(size, 2)))
    throw new PipelineError('INSUFFICIENT_DATA', 'a stratum has too few sampled rows to tell how much they differ');
  drawn.forEach((count, h) => (means[h] = count > 0 ? means[h] / count : 0));
  stratum.forEach((h, i) => (squares[h] += (values[i] - means[h]) ** 2));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let value = 0;
  let variance = 0;
  sizes.forEach((size, h) => {
    const share = size / all;
    value += share * means[h];
    if (drawn[h] < size) variance += (share ** 2 * (1 - drawn[h] / size) * squares[h]) / (drawn[h] - 1) / drawn[h];
  });
  return { value, standardError: Math.sqrt(variance) };
}

/** What the tasks of silhouettes share: the plan of all labellings, and where the sampled rows lie in it. */
export interface SampledPlan {
  readonly plan: SilhouettePlan;
  /** Sorted row of each sampled row, in the order of the sample. */
  readonly at: Int32Array;
}

/** @throws PipelineError `INSUFFICIENT_DATA` unless 2 <= clusters in use < n for each labelling. O(n log n). */
export function planSampled(
  points: Points,
  labelings: readonly Labeling[],
  { rows }: StratifiedSample,
  shared = false,
): SampledPlan {
  const plan = planSilhouette(points, labelings, shared);
  const sortedRow = new Int32Array(points.rows);
  plan.order.forEach((row, at) => (sortedRow[row] = at));
  return { plan, at: Int32Array.from(rows, (row) => sortedRow[row]) };
}

/** Sampled rows of one task. */
const TASK_ROWS = 256;

/** The ranges of sampled rows that are measured on their own, by whatever thread. */
export const sampledBlocks = (sampled: number): readonly (readonly [number, number])[] => blocksOf(sampled, TASK_ROWS);

/** Silhouettes of sampled rows [from, to), labelling by labelling; see `silhouetteValues`. O((to − from) n d). */
export const sampledValues = (
  { plan, at }: SampledPlan,
  from: number,
  to: number,
  kernel: Kernel = plainKernel,
): Float64Array => silhouetteValues(plan, at.subarray(from, to), kernel);

/** Mean silhouette of one labelling. */
export interface SilhouetteEstimate extends Estimate {
  /** Variance of the silhouettes over all rows, with denominator n. */
  readonly variance: number;
}

/**
 * Mean silhouette of each labelling from the values of all blocks, in order; value in [−1, 1], higher is better.
 *
 * Each drawn row was measured against all rows, not only against the drawn ones: its silhouette is then the exact one, the estimate is unbiased
 * whatever the number of clusters, and the error is that of the draw. Among the drawn rows alone every mean distance would carry an error of its
 * own, the same for all rows near it, which the spread between rows does not show, and the least mean distance would be too small on average.
 *
 * @param labelings Their number.
 *
 * O(m·labelings).
 */
export function estimateSilhouettes(
  labelings: number,
  sample: StratifiedSample,
  blocks: readonly Float64Array[],
): SilhouetteEstimate[] {
  return Array.from({ length: labelings }, (_, l) => {
    const values = blocks.flatMap((block) => {
      const width = block.length / labelings;
      return Array.from(block.subarray(l * width, (l + 1) * width));
    });
    const { value, standardError } = stratifiedMean(values, sample);
    const squares = stratifiedMean(
      values.map((each) => each * each),
      sample,
    );
    return { value, standardError, variance: Math.max(squares.value - value * value, 0) };
  });
}
