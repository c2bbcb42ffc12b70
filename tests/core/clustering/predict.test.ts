import { fitFrom } from '../../../src/core/clustering/kmeans/kmeans';
import { padCentroids, toPoints, unpadCentroids } from '../../../src/core/clustering/points';
import { nearestCentroid } from '../../../src/core/clustering/nearest-centroid';
import { clusterMoments, columnDeviations } from '../../../src/core/clustering/kmeans/deviations';
import { blobs, matrixOf } from './data';

const model = {
  centroids: [
    [0, 0],
    [4, 0],
    [0, 10],
  ],
  sizes: [2, 1, 1],
  inertia: 16,
};

it('distance, runner-up, margin and probability of a row equal those worked out by hand', () => {
  const { cluster, distance, runnerUp, margin, probability } = nearestCentroid(model, toPoints(matrixOf([[1, 0]])));
  // Squared distances 1, 9, 101; σ² = 16 / (4 · 2) = 2, so the weights are e^0, e^(−8/4), e^(−100/4).
  expect([cluster[0], distance[0], runnerUp[0], margin[0]]).toEqual([0, 1, 1, 8]);
  expect(probability[0]).toBeCloseTo(1 / (1 + Math.exp(-2) + Math.exp(-25)), 14);
});

it('a row half way between two centroids belongs to the lower one, with margin 0 and equal probabilities', () => {
  const { cluster, runnerUp, margin, probability } = nearestCentroid(
    {
      ...model,
      centroids: [
        [0, 0],
        [4, 0],
      ],
      sizes: [2, 2],
    },
    toPoints(matrixOf([[2, 5]])),
  );
  expect([cluster[0], runnerUp[0], margin[0], probability[0]]).toEqual([0, 1, 0, 0.5]);
});

it('without any within variance the probability is 1, or shared by equal centroids', () => {
  const points = toPoints(
    matrixOf([
      [0, 0],
      [9, 9],
    ]),
  );
  expect(Array.from(nearestCentroid({ ...model, inertia: 0 }, points).probability)).toEqual([1, 1]);
  expect(
    nearestCentroid(
      {
        centroids: [
          [0, 0],
          [0, 0],
        ],
        sizes: [2, 0],
        inertia: 0,
      },
      points,
    ).probability[0],
  ).toBe(0.5);
});

it('one row or all, and the fit itself, give the same assignment', () => {
  const { matrix } = blobs(
    [
      [0, 0, 0],
      [2, 2, 2],
    ],
    [200, 100],
    1,
  );
  const points = toPoints(matrix);
  const fit = fitFrom(
    points,
    null,
    padCentroids(
      [
        [0, 0, 0],
        [2, 2, 2],
      ],
      points.stride,
    ),
    2,
  );
  const stored = JSON.parse(
    JSON.stringify({ centroids: unpadCentroids(fit.centroids, 2, 3, 4), sizes: fit.sizes, inertia: fit.inertia }),
  ) as typeof model;
  const all = nearestCentroid(stored, points);
  expect(all.cluster).toEqual(fit.labels);
  for (const row of [0, 17, 299]) {
    const one = nearestCentroid(stored, toPoints(matrix, { rows: [row] }));
    expect([one.cluster[0], one.distance[0], one.margin[0], one.probability[0]]).toEqual([
      all.cluster[row],
      all.distance[row],
      all.margin[row],
      all.probability[row],
    ]);
  }
});

it('moments per cluster and column equal those worked out by hand', () => {
  const points = toPoints(
    matrixOf([
      [1, 0],
      [3, 0],
      [10, 5],
    ]),
  );
  expect(clusterMoments(points, Int32Array.of(0, 0, 1), 2)).toEqual({
    sizes: [2, 1],
    means: [
      [2, 0],
      [10, 5],
    ],
    sd: [
      [1, 0],
      [0, 0],
    ],
    reach: [
      [1, 0],
      [0, 0],
    ],
  });
  // Column 2: 0, 0, 5 has mean 5/3 and variance (2 · 25/9 + 100/9) / 3 = 50/9.
  expect(columnDeviations(points)[1]).toBeCloseTo(Math.sqrt(50) / 3, 14);
});
