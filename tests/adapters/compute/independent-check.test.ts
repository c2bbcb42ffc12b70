import { createComputePool } from '../../../src/adapters/compute';
import type { IndependentCheck } from '../../../src/contracts/selection';
import { clusterMoments, columnDeviations } from '../../../src/core/clustering/kmeans/deviations';
import { judge, MOVE_OF_ALL, type CheckPayload } from '../../../src/core/clustering/kmeans/independent-check';
import { pickPoints, toPoints, type Points } from '../../../src/core/clustering/points';
import { blobs, matrixOf, testStream } from '../../core/clustering/data';
import { bundleThread } from './bundle';

// In a thread of its own: ml-kmeans is an ES module.
const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 1 });
afterAll(() => compute.close());
const askTheOther = async (payload: CheckPayload): Promise<IndependentCheck> =>
  (await compute.map<CheckPayload, IndependentCheck>('kmeans.check', [payload], {}))[0];

const stream = testStream(5);

/** `size` of `rows` row numbers without repetition, ascending. */
function draw(rows: number, size: number): number[] {
  const all = Array.from({ length: rows }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + stream.integer(rows - i);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, size).sort((a, b) => a - b);
}

/** The published solution of rows that stand in their clusters already. */
function payloadOf(points: Points, labels: ArrayLike<number>, k: number, rows?: readonly number[]): CheckPayload {
  const seen = rows ?? Array.from({ length: points.rows }, (_, i) => i);
  const moments = clusterMoments(points, labels, k);
  return {
    of: 'the published k-means solution',
    points: pickPoints(points, seen),
    centroids: moments.means,
    clusters: Int32Array.from(seen, (row) => labels[row]),
    columnSd: columnDeviations(points),
    moments,
  };
}

/** Two clusters far apart; in the first, one row in 2,000 holds all of the spread of the second column. */
const skewed = toPoints(
  matrixOf(Array.from({ length: 4000 }, (_, i) => (i < 2000 ? [0, i < 1 ? 100 : 0] : [1000, i % 2]))),
);
const skewedLabels = Int32Array.from({ length: 4000 }, (_, i) => (i < 2000 ? 0 : 1));

const { matrix, truth } = blobs(
  [
    [0, 0, 0],
    [20, 0, 0],
    [0, 20, 0],
  ],
  [1000, 700, 300],
  0.5,
);
const separated = toPoints(matrix);

it('confirms a correct model on every one of 60 samples, also where a mean lies more than 4 standard errors away', async () => {
  let beyondFour = 0;
  for (let sample = 0; sample < 60; sample++) {
    const payload = payloadOf(skewed, skewedLabels, 2, draw(4000, 200));
    const drawn = clusterMoments(payload.points, payload.clusters, 2);
    const { means, sd } = payload.moments;
    const error = sd[0][1] / Math.sqrt(drawn.sizes[0]);
    if (Math.abs(drawn.means[0][1] - means[0][1]) > 4 * error) beyondFour++;
    expect(await askTheOther(payload)).toMatchObject({ passed: true, disagreements: 0 });
  }
  // The one row is among 100 of 2,000 in 5 % of the samples; the mean is then (1 − 0.05) / (100 / sqrt(2000 · 100)) = 4.2 standard errors away.
  expect(beyondFour).toBeGreaterThan(0);
});

it('allows 1e-3 standard deviations and nothing more where it sees all rows', async () => {
  const check = await askTheOther(payloadOf(separated, truth, 3));
  expect(check).toMatchObject({ passed: true, allowedMove: MOVE_OF_ALL });
  expect(check.largestMove).toBeLessThan(1e-12);
  expect(check.stepDifference).toBeLessThan(1e-12);
});

it.each([
  ['all rows', undefined],
  ['a sample', draw(2000, 60)],
])('finds a centroid that is not the mean of its customers on %s, however few of them it sees', async (_, rows) => {
  const payload = payloadOf(separated, truth, 3, rows);
  // 0.02 is about 0.002 standard deviations of the column: no row changes its cluster, no sample of 60 could tell.
  const centroids = payload.centroids.map((centroid, c) =>
    c === 2 ? [centroid[0] + 0.02, ...centroid.slice(1)] : centroid,
  );
  const check = await askTheOther({ ...payload, centroids });
  expect(check).toMatchObject({ passed: false, disagreements: 0 });
  expect(check.ownMove).toBeCloseTo(0.02 / payload.columnSd[0], 9);
});

it('finds means that were taken from other rows than the sample shows', async () => {
  const payload = payloadOf(separated, truth, 3, draw(2000, 500));
  const shifted = {
    ...payload.points,
    values: payload.points.values.map((value, at) => (at % 4 === 1 ? value + 3 : value)),
  };
  const check = await askTheOther({ ...payload, points: shifted });
  expect(check).toMatchObject({ passed: false, disagreements: 0 });
  expect(check.largestMove).toBeGreaterThan(check.allowedMove);
});

it('counts a row between two centroids as a tie', async () => {
  const points = toPoints(matrixOf([[0], [2], [1], [4], [6], [-1], [3]]));
  // (0, 2, 1, −1, 3) has mean 1, (4, 6) has mean 5: the row at 3 is as far from either.
  const payload = payloadOf(points, [0, 0, 0, 1, 1, 0, 0], 2);
  const other = { ...payload, clusters: Int32Array.of(0, 0, 0, 1, 1, 0, 1) };
  expect(await askTheOther(other)).toMatchObject({ passed: true, ties: 1, disagreements: 0 });
});

it('finds an implementation that takes other means of the same rows, where the draw alone would excuse it', () => {
  const payload = payloadOf(separated, truth, 3, draw(2000, 60));
  const clusters = Array.from(payload.clusters);
  const { means } = clusterMoments(payload.points, clusters, 3);
  expect(judge(payload, { clusters, centroids: means }).passed).toBe(true);
  const check = judge(payload, { clusters, centroids: means.map((mean) => mean.map((value) => value + 1e-6)) });
  expect(check).toMatchObject({ passed: false, disagreements: 0 });
  expect(check.largestMove).toBeLessThan(check.allowedMove);
  expect(check.stepDifference).toBeGreaterThan(1e-8);
});
