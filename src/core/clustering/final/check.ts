import { PipelineError } from '../../../contracts/errors';
import type { ClusterModel } from '../../../contracts/model';
import type { IndependentCheck } from '../../../contracts/selection';
import { bottomK } from '../../linalg/sampling';
import { labelsOf } from '../assign';
import { clusterMoments, columnDeviations } from '../kmeans/deviations';
import { CHECK_ROWS, type CheckPayload } from '../kmeans/independent-check';
import { pickPoints, type Points } from '../points';
import { once, type FinalInput } from './input';
import type { FinalModel } from './model';
import type { Refined, RefinePayload } from './refine-task';

/** A k-means solution to be checked, and what it is. */
interface Checked {
  readonly of: string;
  readonly centroids: readonly (readonly number[])[];
}

/**
 * A second implementation's word. Only k-means has one: where another algorithm won, the best k-means candidate is checked, or without one
 * k-means started from the published means, so that the numbers under the choice are confirmed all the same.
 *
 * @param published Cluster of each row, as published.
 * @throws PipelineError `INDEPENDENT_CHECK_FAILED` where the second implementation disagrees.
 */
export async function checkIndependently(
  { model, points, refined }: Pick<FinalModel, 'model' | 'points' | 'refined'>,
  published: Int32Array,
  input: FinalInput,
): Promise<IndependentCheck> {
  const { ids, modeling } = input;
  const own = isPublishedKMeans(model, refined);
  const { of, centroids } = own ? { of: `the published k-means solution, k = ${model.k}`, centroids: own } : await solutionToCheck(model, points, input);
  const clusters = own ? published : labelsOf({ kind: 'centroids', centroids }, points);
  const rows = bottomK(ids, modeling.seed, CHECK_ROWS);
  const payload: CheckPayload = {
    of,
    points: pickPoints(points, rows),
    centroids,
    clusters: Int32Array.from(rows, (row) => clusters[row]),
    columnSd: columnDeviations(points),
    moments: clusterMoments(points, clusters, centroids.length),
  };
  const check = await once<CheckPayload, IndependentCheck>(input, 'kmeans.check', payload);
  if (check.passed) return check;
  const message = `${check.implementation} does not confirm ${of}: ${check.disagreements} of ${check.rows} customers assigned differently, means of the same customers ${check.stepDifference.toPrecision(3)} apart, a centroid moved by ${check.largestMove.toPrecision(3)} (allowed ${check.allowedMove.toPrecision(3)}), by ${check.ownMove.toPrecision(3)} from the mean of all its customers`;
  throw new PipelineError('INDEPENDENT_CHECK_FAILED', message, { ...check });
}

/** Centroids of a published k-means that is one of all customers; that of a sample is not the means of all customers, and is not meant to be. */
const isPublishedKMeans = ({ algorithm, solution }: ClusterModel, refined: boolean): Checked['centroids'] | null =>
  algorithm === 'kmeans' && refined && solution.kind === 'centroids' ? solution.centroids : null;

async function solutionToCheck({ centroids }: ClusterModel, points: Points, input: FinalInput): Promise<Checked> {
  const { selection, modeling } = input;
  const candidate = selection.candidates.find((c) => c.algorithm === 'kmeans' && (c.status === 'finalist' || c.status === 'chosen'));
  const start = candidate?.centroids ?? centroids;
  const payload: RefinePayload = {
    spec: { algorithm: 'kmeans', k: start.length },
    solution: { kind: 'centroids', centroids: start },
    refine: true,
    seed: modeling.seed,
    prior: 'none',
  };
  const refined = await once<RefinePayload, Refined>(input, 'clustering.refine', payload, points);
  const of = candidate ? `the best k-means candidate, k = ${start.length}` : `k-means from the published means, k = ${start.length}`;
  return { of, centroids: refined.solution.kind === 'centroids' ? refined.solution.centroids : start };
}
