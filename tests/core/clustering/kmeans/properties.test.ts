import fc from 'fast-check';
import {
  bestRestart,
  fitFrom,
  kmeans,
  requireRows,
  runRestart,
  workspaceFor,
} from '../../../../src/core/clustering/kmeans/kmeans';
import { pickPoints, toPoints, type Points } from '../../../../src/core/clustering/points';
import type { Matrix } from '../../../../src/core/linalg/matrix';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { blobs, matrixOf } from '../data';

const address = { seed: 5, stage: 'selection', use: 'seeding', candidate: 0, block: 0 } as const;
const fit = (points: Points, k: number, weights: Float64Array | null = null, restarts = 4) =>
  kmeans(points, weights, k, restarts, { ...address, candidate: k });
const near = (value: number, expected: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));

const cell = fc.integer({ min: 0, max: 9 });
/** Rows off the grid: no two distances are equal, so no tie decides. */
const rowsOffGrid = fc
  .array(fc.tuple(cell, cell, cell), { minLength: 6, maxLength: 40 })
  .map((rows) =>
    rows.map((row, i) => row.map((value, j) => value + ((i * [0.6180339887, 0.4142135623, 0.7320508076][j]) % 1))),
  );
/** Small whole numbers: ties and repeated rows are common, and sums are exact. */
const rowsOnGrid = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 4, maxLength: 30 });
const orderOf = (n: number, salt: number): number[] =>
  Array.from({ length: n }, (_, i) => i).sort((a, b) => ((a * 7919 + salt) % 211) - ((b * 7919 + salt) % 211) || a - b);
/** k rows as start. */
const startOf = (points: Points, rows: readonly number[]): Float64Array => pickPoints(points, rows).values;
const from = (x: Matrix, rows: readonly number[]) => {
  const points = toPoints(x);
  return fitFrom(points, null, startOf(points, rows), rows.length);
};

it('the order of the starting centroids, and so the numbers the clusters have on the way, changes nothing', () => {
  fc.assert(
    fc.property(rowsOffGrid, fc.nat(2), (rows, turn) => {
      const points = toPoints(matrixOf(rows));
      const one = fitFrom(points, null, startOf(points, [0, 2, 4]), 3);
      const turned = [0, 2, 4].map((_, c, all) => all[(c + turn) % 3]);
      const other = fitFrom(points, null, startOf(points, turned), 3);
      expect(other.labels).toEqual(one.labels);
      near(other.inertia, one.inertia);
    }),
  );
});

it('from the same start, the order of the rows changes neither the inertia nor who is with whom', () => {
  fc.assert(
    fc.property(rowsOffGrid, fc.nat(1000), (rows, salt) => {
      const points = toPoints(matrixOf(rows));
      const order = orderOf(rows.length, salt);
      const start = startOf(points, [1, 3, 5]);
      const one = fitFrom(points, null, start, 3);
      const other = fitFrom(pickPoints(points, order), null, start, 3);
      near(other.inertia, one.inertia);
      expect(
        adjustedRandIndex(
          other.labels,
          Int32Array.from(order, (i) => one.labels[i]),
        ),
      ).toBe(1);
    }),
  );
});

it('with restarts, the order of the rows does not change the inertia that is found in separated groups', () => {
  const { matrix } = blobs(
    [
      [0, 0, 0],
      [9, 0, 0],
      [0, 9, 0],
      [0, 0, 9],
    ],
    [40, 30, 20, 10],
    1,
  );
  const points = toPoints(matrix);
  const { inertia } = fit(points, 4, null, 10);
  fc.assert(
    fc.property(fc.nat(10_000), (salt) =>
      near(fit(pickPoints(points, orderOf(100, salt)), 4, null, 10).inertia, inertia),
    ),
    { numRuns: 30 },
  );
});

// From a start: which of two rows a seeding takes can be a tie (either as far from the other), and rounding would decide it.
it('from the same start, in another unit the same clusters are found, and the inertia is that times its square', () => {
  fc.assert(
    fc.property(rowsOffGrid, fc.double({ min: 0.001, max: 1000, noNaN: true }), (rows, unit) => {
      const scaled = rows.map((row) => row.map((value) => value * unit));
      const one = from(matrixOf(rows), [0, 1, 2]);
      const other = from(matrixOf(scaled), [0, 1, 2]);
      near(other.inertia / unit ** 2, one.inertia);
      expect(other.labels).toEqual(one.labels);
    }),
  );
});

it('with a power of two as unit not one bit differs, ties and repeated rows included', () => {
  fc.assert(
    fc.property(rowsOnGrid, fc.integer({ min: 1, max: 4 }), (rows, k) => {
      const one = fit(toPoints(matrixOf(rows)), k);
      const other = fit(toPoints(matrixOf(rows.map((row) => row.map((value) => value / 8)))), k);
      expect(other.inertia).toBe(one.inertia / 64);
      expect(other.labels).toEqual(one.labels);
      expect(other.centroids).toEqual(one.centroids.map((value) => value / 8));
    }),
  );
});

it('from the same start, a row of weight w counts as w equal rows, wherever they stand', () => {
  fc.assert(
    fc.property(
      rowsOffGrid,
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 40, maxLength: 40 }),
      fc.nat(1000),
      (rows, times, salt) => {
        const points = toPoints(matrixOf(rows));
        const weights = Float64Array.from(rows, (_, i) => times[i]);
        const start = startOf(points, [0, 1, 2]);
        const repeated = rows.flatMap((_, i) => new Array<number>(times[i]).fill(i));
        const shuffled = orderOf(repeated.length, salt).map((at) => repeated[at]);
        const weighted = fitFrom(points, weights, start, 3);
        const plain = fitFrom(pickPoints(points, shuffled), null, start, 3);
        near(weighted.inertia, plain.inertia);
        expect(weighted.sizes.reduce((sum, size) => sum + size, 0)).toBe(repeated.length);
        expect(
          adjustedRandIndex(
            plain.labels,
            Int32Array.from(shuffled, (i) => weighted.labels[i]),
          ),
        ).toBe(1);
      },
    ),
  );
});

it('weights of 1 are no weights, and twice the weights twice the inertia', () => {
  fc.assert(
    fc.property(rowsOnGrid, fc.integer({ min: 1, max: 3 }), (rows, k) => {
      const points = toPoints(matrixOf(rows));
      const plain = fit(points, k);
      expect(fit(points, k, new Float64Array(rows.length).fill(1))).toEqual(plain);
      const twice = fit(points, k, new Float64Array(rows.length).fill(2));
      near(twice.inertia, 2 * plain.inertia);
      expect(twice.labels).toEqual(plain.labels);
    }),
  );
});

it('more restarts find no larger inertia, and the fit is at least as good as its best restart', () => {
  fc.assert(
    fc.property(rowsOffGrid, fc.integer({ min: 2, max: 5 }), (rows, k) => {
      const points = toPoints(matrixOf(rows));
      const inertias = [1, 2, 4, 8].map((restarts) => fit(points, k, null, restarts).inertia);
      for (let i = 1; i < 4; i++) expect(inertias[i]).toBeLessThanOrEqual(inertias[i - 1] * (1 + 1e-12) + 1e-12);
      const workspace = workspaceFor(rows.length, k);
      const restart = runRestart(points, null, k, { ...address, candidate: k, restart: 0 }, workspace);
      expect(inertias[0]).toBeLessThanOrEqual(restart.inertia * (1 + 1e-12) + 1e-12);
    }),
  );
});

it('of equally good restarts the first is taken', () => {
  expect(bestRestart([3, 1, 2, 1])).toBe(1);
  expect(bestRestart([2, 2])).toBe(0);
  expect(bestRestart([])).toBe(0);
});

describe('degenerate data', () => {
  it('identical rows are one cluster without inertia, more are flagged as duplicates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (n, value) => {
        const points = toPoints(matrixOf(Array.from({ length: n }, () => [value, 0.1])));
        expect(fit(points, 1)).toMatchObject({ duplicates: false, sizes: [n] });
        const two = fit(points, 2);
        expect(two.duplicates).toBe(true);
        near(two.inertia, 0);
        expect(two.sizes.reduce((sum, size) => sum + size, 0)).toBe(n);
        expect(two.centroids.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('a constant column and collinear rows change nothing but the number of columns', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5, maxLength: 30 }), (drawn) => {
        const values = drawn.map((value, i) => value + ((i * 0.6180339887) % 1));
        const line = from(matrixOf(values.map((value) => [value])), [0, 1]);
        const withConstant = from(matrixOf(values.map((value) => [value, 7])), [0, 1]);
        expect(withConstant.labels).toEqual(line.labels);
        near(withConstant.inertia, line.inertia);
        // Along (3, 4) every distance is five times as long.
        const collinear = from(matrixOf(values.map((value) => [3 * value, 4 * value])), [0, 1]);
        expect(collinear.labels).toEqual(line.labels);
        near(collinear.inertia, 25 * line.inertia);
      }),
    );
  });

  it('no cluster, more clusters than rows, and no rows are INSUFFICIENT_DATA, by every way in', () => {
    for (const [n, k] of [
      [3, 4],
      [0, 1],
      [0, 0],
      [3, 0],
      [3, -1],
      [3, NaN],
    ]) {
      const points = toPoints(
        matrixOf(
          Array.from({ length: n }, (_, i) => [i]),
          1,
        ),
      );
      for (const way of [
        () => requireRows(n, k),
        () => fit(points, k),
        () => fitFrom(points, null, new Float64Array(16), k),
        () => runRestart(points, null, k, { ...address, restart: 0 }, workspaceFor(n, 1)),
      ])
        expect(way).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    }
  });

  it('one row, and as many clusters as rows, have no inertia', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 8 }), (values) => {
        const found = fit(toPoints(matrixOf(values.map((value) => [value, -value]))), values.length);
        expect(found).toMatchObject({ inertia: 0, duplicates: false, sizes: values.map(() => 1), converged: true });
      }),
    );
  });
});
