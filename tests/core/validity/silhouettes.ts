import type { Kernel } from '../../../src/core/clustering/kernel';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import type { Points } from '../../../src/core/clustering/points';
import { planSilhouette, silhouetteValues, type Labeling } from '../../../src/core/validity/silhouette';
import {
  estimateSilhouettes,
  everyRow,
  planSampled,
  sampledBlocks,
  sampledValues,
  type SilhouetteEstimate,
  type StratifiedSample,
} from '../../../src/core/validity/silhouette-sample';

/** What the tasks of all blocks give, in this thread. */
export function sampleSilhouettes(points: Points, labelings: readonly Labeling[], sample: StratifiedSample): SilhouetteEstimate[] {
  const plan = planSampled(points, labelings, sample);
  const blocks = sampledBlocks(sample.rows.length).map(([from, to]) => sampledValues(plan, from, to));
  return estimateSilhouettes(labelings.length, sample, blocks);
}

/** Mean silhouettes over all rows. */
export const silhouettes = (points: Points, labelings: readonly Labeling[]): number[] =>
  sampleSilhouettes(points, labelings, everyRow(points.rows)).map(({ value }) => value);

/** Silhouette of every row, in the order of the rows. */
export function rowSilhouettes(points: Points, labeling: Labeling, kernel: Kernel = plainKernel): Float64Array {
  const plan = planSilhouette(points, [labeling]);
  const sorted = silhouetteValues(plan, Int32Array.from(plan.order.keys()), kernel);
  const values = new Float64Array(points.rows);
  plan.order.forEach((row, at) => (values[row] = sorted[at]));
  return values;
}
