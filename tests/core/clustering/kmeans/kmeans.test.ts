import fc from 'fast-check';
import { canonicalOrder } from '../../../../src/core/clustering/canonical';
import { fitFrom, kmeans } from '../../../../src/core/clustering/kmeans/kmeans';
import { padCentroids, toPoints, unpadCentroids, type Points } from '../../../../src/core/clustering/points';
import { plainKernel } from '../../../../src/core/clustering/plain-kernel';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { blobs, matrixOf } from '../data';

const address = { seed: 1, stage: 'selection', use: 'seeding', candidate: 0, block: 0 } as const;
const fit = (points: Points, k: number, weights: Float64Array | null = null, restarts = 10) =>
  kmeans(points, weights, k, restarts, { ...address, candidate: k });
const centroidsOf = ({ centroids, k }: { centroids: Float64Array; k: number }, points: Points): number[][] =>
  unpadCentroids(centroids, k, points.cols, points.stride);

/** Small whole numbers make ties and repeated rows common. */
const gridRows = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 4,
  maxLength: 40,
});

it('finds the two pairs of four points, with the inertia worked out by hand', () => {
  // Pairs (0,0),(0,2) and (10,0),(10,2): centroids (0,1), (10,1); each row is 1 away from its own.
  const points = toPoints(
    matrixOf([
      [0, 0],
      [10, 0],
      [0, 2],
      [10, 2],
    ]),
  );
  const result = fit(points, 2);
  expect(centroidsOf(result, points)).toEqual([
    [0, 1],
    [10, 1],
  ]);
  expect(result.inertia).toBe(4);
  // Equal sizes: the cluster with the smallest row index comes first.
  expect(Array.from(result.labels)).toEqual([0, 1, 0, 1]);
  expect(result).toMatchObject({ sizes: [2, 2], converged: true, duplicates: false });
});

it('recovers separated groups without a mistake, largest first', () => {
  const { matrix, truth } = blobs(
    [
      [0, 0, 0],
      [8, 0, 0],
      [0, 8, 0],
      [0, 0, 8],
      [8, 8, 8],
    ],
    [40, 200, 80, 120, 60],
    0.5,
  );
  const result = fit(toPoints(matrix), 5);
  expect(adjustedRandIndex(result.labels, truth)).toBe(1);
  expect(result.sizes).toEqual([200, 120, 80, 60, 40]);
});

it.each([1, 3, 4, 5, 8, 9, 13])(
  'the bounds change nothing: in %i columns every label is the nearest centroid and every centroid the mean of its rows',
  (cols) => {
    const centres = Array.from({ length: 4 }, (_, g) =>
      Array.from({ length: cols }, (_, j) => ((g * 7 + j * 3) % 5) - 2),
    );
    const { matrix } = blobs(centres, [70, 80, 90, 100], 1.5, cols);
    const points = toPoints(matrix);
    const result = fit(points, 6, null, 3);
    const centroids = centroidsOf(result, points);
    const sums = centroids.map((centroid) => centroid.map(() => 0));
    let inertia = 0;
    for (let i = 0; i < matrix.rows; i++) {
      const row = Array.from(matrix.values.subarray(i * cols, (i + 1) * cols));
      const squared = centroids.map((centroid) => centroid.reduce((sum, value, j) => sum + (row[j] - value) ** 2, 0));
      expect(squared[result.labels[i]]).toBeLessThanOrEqual(Math.min(...squared) + 1e-12);
      inertia += Math.min(...squared);
      row.forEach((value, j) => (sums[result.labels[i]][j] += value / result.sizes[result.labels[i]]));
    }
    expect(result.inertia).toBeCloseTo(inertia, 9);
    sums.flat().forEach((mean, at) => expect(mean).toBeCloseTo(centroids.flat()[at], 10));
  },
);

/** Lloyd's iteration as written in the paper: every distance, every time. */
function plainLloyd(rows: number[][], start: number[][]): { labels: number[]; iterations: number } {
  const centroids = start.map((centroid) => [...centroid]);
  let labels: number[] = [];
  for (let iterations = 1; ; iterations++) {
    const next = rows.map((row) => {
      const squared = centroids.map((centroid) => centroid.reduce((sum, value, j) => sum + (row[j] - value) ** 2, 0));
      return squared.indexOf(Math.min(...squared));
    });
    if (next.every((label, i) => label === labels[i])) return { labels: next, iterations };
    labels = next;
    centroids.forEach((centroid, c) => {
      const members = rows.filter((_, i) => labels[i] === c);
      centroid.forEach((_, j) => (centroid[j] = members.reduce((sum, row) => sum + row[j], 0) / members.length));
    });
  }
}

it.each([1, 2, 3, 4, 5, 6])('takes the same steps as the plain iteration to the same labels (data set %i)', (seed) => {
  const { matrix } = blobs(
    [
      [0, 0, 0],
      [2, 0, 1],
      [0, 2, 2],
    ],
    [150, 120, 90],
    1.2,
    seed,
  );
  const rows = Array.from({ length: 360 }, (_, i) => Array.from(matrix.values.subarray(i * 3, i * 3 + 3)));
  const start = rows.slice(0, 7);
  const expected = plainLloyd(rows, start);
  const result = fitFrom(toPoints(matrix), null, padCentroids(start, 4), 7);
  expect(adjustedRandIndex(result.labels, Int32Array.from(expected.labels))).toBe(1);
  expect(result.iterations).toBe(expected.iterations);
});

it('a row of weight w counts as w equal rows next to each other', () => {
  fc.assert(
    fc.property(
      gridRows,
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      (rows, times, k) => {
        const repeated = rows.flatMap((row, i) => Array.from({ length: times[i] }, () => row));
        const weighted = fit(
          toPoints(matrixOf(rows)),
          k,
          Float64Array.from(rows, (_, i) => times[i]),
          3,
        );
        const plain = fit(toPoints(matrixOf(repeated)), k, null, 3);
        expect(weighted.inertia).toBeCloseTo(plain.inertia, 9);
        expect(weighted.sizes).toEqual(plain.sizes);
      },
    ),
  );
});

it('from the same start, the order of the rows changes neither centroids nor inertia', () => {
  fc.assert(
    fc.property(gridRows, fc.integer({ min: 0, max: 1000 }), (grid, seed) => {
      // Off the grid: with exact ties the label would follow the canonical order, which the smallest row index decides.
      const rows = grid.map(([a, b], i) => [a + ((i * 0.6180339887) % 1), b + ((i * 0.4142135623) % 1)]);
      const start = padCentroids(
        rows.slice(0, 3).map(([a, b], c) => [a + c / 7, b - c / 11]),
        4,
      );
      const order = rows
        .map((_, i) => i)
        .sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101) || a - b);
      const points = toPoints(matrixOf(rows));
      const one = fitFrom(points, null, start, 3);
      const other = fitFrom(toPoints(matrixOf(rows), { rows: order }), null, start, 3);
      expect(other.inertia).toBeCloseTo(one.inertia, 9);
      expect(other.sizes).toEqual(one.sizes);
    }),
  );
});

it('is the same to the last bit when it is run again, and starts from the fixed point stay there', () => {
  const { matrix } = blobs(
    [
      [0, 0],
      [3, 3],
      [0, 3],
    ],
    [300, 200, 100],
    1,
  );
  const points = toPoints(matrix);
  const one = fit(points, 3);
  expect(fit(points, 3)).toEqual(one);
  const again = fitFrom(points, null, one.centroids, 3);
  expect(again.labels).toEqual(one.labels);
  expect(again.iterations).toBeLessThanOrEqual(2);
});

it('labels are canonical and those of the nearest centroid, also where the iterations end before convergence', () => {
  let stopped = 0;
  fc.assert(
    fc.property(gridRows, fc.integer({ min: 1, max: 4 }), (rows, k) => {
      const points = toPoints(matrixOf(rows));
      const start = padCentroids(rows.slice(0, k), 4);
      const result = fitFrom(points, null, start, k, plainKernel, 1);
      if (!result.converged) stopped++;
      expect(Array.from(canonicalOrder(result.labels, k))).toEqual(Array.from({ length: k }, (_, c) => c));
      const nearest = { labels: new Int32Array(rows.length), own: new Float64Array(rows.length) };
      plainKernel.nearest(points, 0, rows.length, result.centroids, k, nearest);
      expect(result.labels).toEqual(nearest.labels);
    }),
    { numRuns: 1000 },
  );
  expect(stopped).toBeGreaterThan(100);
});

it('an empty cluster takes over the farthest row', () => {
  // The third centroid starts where no row is nearest to it; (9, 9) lies farthest from its own.
  const points = toPoints(
    matrixOf([
      [0, 0],
      [0, 1],
      [1, 0],
      [5, 5],
      [9, 9],
    ]),
  );
  const result = fitFrom(
    points,
    null,
    padCentroids(
      [
        [0, 0],
        [5, 5],
        [100, 100],
      ],
      4,
    ),
    3,
  );
  expect(result.duplicates).toBe(false);
  expect(result.sizes).toEqual([3, 1, 1]);
  expect(centroidsOf(result, points)[2]).toEqual([9, 9]);
});

describe('degenerate data has a defined result or a code, never NaN', () => {
  it('more clusters than rows, or none, is INSUFFICIENT_DATA', () => {
    const points = toPoints(matrixOf([[1], [2]]));
    expect(() => fit(points, 3)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    expect(() => fit(toPoints(matrixOf([], 2)), 1)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    expect(() => fit(points, 0)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  });

  it('one row is one cluster without inertia', () => {
    expect(fit(toPoints(matrixOf([[3, 4]])), 1)).toMatchObject({ sizes: [1], inertia: 0, converged: true });
  });

  it('fewer distinct rows than clusters are reported as duplicates', () => {
    for (const rows of [
      [
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [0, 0],
        [5, 5],
        [5, 5],
      ],
    ]) {
      const result = fit(toPoints(matrixOf(rows)), 3);
      expect(result).toMatchObject({ duplicates: true, inertia: 0 });
      expect(Array.from(result.centroids).every(Number.isFinite)).toBe(true);
      expect(result.sizes.reduce((sum, size) => sum + size, 0)).toBe(4);
    }
  });

  it('as many clusters as distinct rows, and a constant column, are fitted exactly', () => {
    const result = fit(
      toPoints(
        matrixOf([
          [1, 7],
          [2, 7],
          [4, 7],
        ]),
      ),
      3,
    );
    expect(result).toMatchObject({ inertia: 0, duplicates: false, sizes: [1, 1, 1] });
  });

  it('any small whole numbers give finite centroids and sizes that add up', () => {
    fc.assert(
      fc.property(gridRows, fc.integer({ min: 1, max: 4 }), (rows, k) => {
        const result = fit(toPoints(matrixOf(rows)), k, null, 2);
        expect(Array.from(result.centroids).every(Number.isFinite)).toBe(true);
        expect(result.sizes.reduce((sum, size) => sum + size, 0)).toBe(rows.length);
        expect([...result.sizes].sort((a, b) => b - a)).toEqual(result.sizes);
        expect(result.converged).toBe(true);
      }),
    );
  });
});
