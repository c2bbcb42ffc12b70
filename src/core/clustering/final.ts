import { PipelineError } from '../../contracts/errors';
import type { ClusterModel, Preprocessing } from '../../contracts/model';
import type { IndependentCheck, PcaReport, SelectionReport } from '../../contracts/selection';
import { requireFinite } from '../linalg/checks';
import type { Matrix } from '../linalg/matrix';
import type { PcaPayload, PcaResult } from '../linalg/pca-task';
import { bottomK } from '../linalg/sampling';
import { blocksOf } from '../linalg/blocks';
import type { Compute } from '../ports';
import type { PolishPayload, PolishResult, PolishShared } from '../selection/tasks';
import { clusterMoments, columnDeviations } from './kmeans/deviations';
import { CHECK_ROWS, type CheckPayload } from './kmeans/independent-check';
import { padCentroids, pickPoints, strideOf, toPoints, unpadCentroids, type Points } from './points';
import type { Assignments } from './predict';
import type { PredictShared } from './predict-task';

/** Rows assigned by one task. */
const PREDICT_ROWS = 65_536;
/** Points of the scatter plot, at most. */
const SCATTER_ROWS = 2000;

export interface FinalInput {
  readonly matrix: Matrix;
  /** Ids of the rows, for the samples. */
  readonly ids: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly selection: SelectionReport;
  readonly seed: number;
  readonly compute: Compute;
  readonly signal?: AbortSignal;
}

/** `COLUMN_MISSING` unless the matrix has the columns of the preprocessing, in order. */
function requireColumns({ names }: Matrix, { columns }: Preprocessing): void {
  const expected = columns.map(({ column }) => column);
  if (expected.length !== names.length || expected.some((column, j) => column !== names[j])) {
    throw new PipelineError(
      'COLUMN_MISSING',
      `the matrix has the columns ${names.join(', ')}, its preprocessing describes ${expected.join(', ')}`,
    );
  }
}

/**
 * The published model: the chosen solution of the selection, run to convergence on all rows once more.
 *
 * @throws PipelineError `COLUMN_MISSING` where matrix and preprocessing disagree; `NOT_FINITE`; `NO_ACCEPTABLE_MODEL` where the report lacks its own choice.
 */
export async function finalModel({
  matrix,
  preprocessing,
  selection,
  seed,
  compute,
  signal,
}: FinalInput): Promise<{ readonly model: ClusterModel; readonly points: Points }> {
  requireColumns(matrix, preprocessing);
  requireFinite(matrix);
  const { k } = selection.chosen;
  const winner = selection.candidates.find((candidate) => candidate.k === k);
  if (!winner)
    throw new PipelineError('NO_ACCEPTABLE_MODEL', `the selection report has no candidate with ${k} clusters`);
  const points = toPoints(matrix, { shared: true });
  const none = new Int32Array(0);
  const payload: PolishPayload = { k, start: padCentroids(winner.centroids, strideOf(matrix.cols)) };
  const shared: PolishShared = { points, silhouetteRows: none, stabilityRows: none };
  const [fit] = await compute.map<PolishPayload, PolishResult>('kmeans.polish', [payload], {
    shared,
    ...(signal && { signal }),
  });
  const centroids = unpadCentroids(fit.centroids, k, points.cols, points.stride);
  return {
    points,
    model: {
      format: 1,
      algorithm: 'kmeans',
      k,
      preprocessing,
      centroids,
      sizes: fit.sizes,
      inertia: fit.inertia,
      seed,
    },
  };
}

/** Every row assigned by the model, in the order of the rows. */
export async function assignAll(
  model: ClusterModel,
  points: Points,
  { compute, signal }: Pick<FinalInput, 'compute' | 'signal'>,
): Promise<Assignments> {
  const shared: PredictShared = {
    points,
    model: { centroids: model.centroids, sizes: model.sizes, inertia: model.inertia },
  };
  const parts = await compute.map<readonly [number, number], Assignments>(
    'kmeans.predict',
    blocksOf(points.rows, PREDICT_ROWS),
    { shared, ...(signal && { signal }) },
  );
  const whole: Assignments = {
    cluster: new Int32Array(points.rows),
    distance: new Float64Array(points.rows),
    runnerUp: new Int32Array(points.rows),
    margin: new Float64Array(points.rows),
    probability: new Float64Array(points.rows),
  };
  parts.forEach((part, p) => {
    for (const name of ['cluster', 'distance', 'runnerUp', 'margin', 'probability'] as const)
      whole[name].set(part[name], p * PREDICT_ROWS);
  });
  return whole;
}

/** @throws PipelineError `INDEPENDENT_CHECK_FAILED` where the second implementation disagrees. */
export async function checkIndependently(
  model: ClusterModel,
  points: Points,
  clusters: Int32Array,
  { ids, seed, compute, signal }: FinalInput,
): Promise<IndependentCheck> {
  const rows = bottomK(ids, seed, CHECK_ROWS);
  const payload: CheckPayload = {
    points: pickPoints(points, rows),
    centroids: model.centroids,
    clusters: Int32Array.from(rows, (row) => clusters[row]),
    columnSd: columnDeviations(points),
    moments: clusterMoments(points, clusters, model.k),
  };
  const [check] = await compute.map<CheckPayload, IndependentCheck>('kmeans.check', [payload], {
    ...(signal && { signal }),
  });
  if (check.passed) return check;
  const message = `${check.implementation} does not confirm the clusters: ${check.disagreements} of ${check.rows} customers assigned differently, means of the same customers ${check.stepDifference.toPrecision(3)} apart, a centroid moved by ${check.largestMove.toPrecision(3)} (allowed ${check.allowedMove.toPrecision(3)}), by ${check.ownMove.toPrecision(3)} from the mean of all its customers`;
  throw new PipelineError('INDEPENDENT_CHECK_FAILED', message, { ...check });
}

/** Principal components of all rows and a bottom-k sample for the scatter, which holds no id. */
export async function describeComponents(
  { matrix, ids, seed, compute, signal }: FinalInput,
  clusters: Int32Array,
  allowUnscaled: boolean,
): Promise<PcaReport> {
  const rows = bottomK(ids, seed, SCATTER_ROWS);
  const payload: PcaPayload = { matrix, allowUnscaled, rows };
  const [{ eigenvalues, explained, components, scatter }] = await compute.map<PcaPayload, PcaResult>(
    'pca.components',
    [payload],
    { ...(signal && { signal }) },
  );
  return {
    columns: matrix.names,
    eigenvalues,
    explained,
    components,
    scatter: scatter.map(([first, second], i) => [first, second, clusters[rows[i]]]),
  };
}
