import fc from 'fast-check';
import { calinskiHarabasz, daviesBouldin } from '../../../src/core/validity/indices';
import { kneedle } from '../../../src/core/validity/elbow';
import { adjustedRandIndex } from '../../../src/core/validity/rand-index';
import { silhouettes } from './silhouettes';
import { toPoints } from '../../../src/core/clustering/points';
import { matrixOf } from '../clustering/data';

// Two tight pairs on a line: 0, 2 and 10, 12.
const pairs = matrixOf([[0], [2], [10], [12]]);
const labels = Int32Array.of(0, 0, 1, 1);

it('indices of two tight pairs equal the values worked out by hand', () => {
  // Means 1, 11, grand 6: B = 2·25 + 2·25 = 100, W = 4: (100/1) / (4/2) = 50.
  expect(calinskiHarabasz(pairs, labels, 2)).toBe(50);
  // Mean distance to the own mean 1 and 1, means 10 apart: (1 + 1) / 10.
  expect(daviesBouldin(pairs, labels, 2)).toBe(0.2);
  // Row 0: a = 2, b = (10 + 12)/2 = 11; row 2: a = 2, b = (10 + 8)/2 = 9; the other two mirror them.
  expect(silhouettes(toPoints(pairs), [{ k: 2, labels }])[0]).toBeCloseTo((9 / 11 + 7 / 9) / 2, 14);
});

it('a cluster of one row has silhouette 0', () => {
  // Row 0: a = 2, b = 10: 0.8; row 1: a = 2, b = 8: 0.75; row 2 alone: 0.
  expect(silhouettes(toPoints(matrixOf([[0], [2], [10]])), [{ k: 2, labels: Int32Array.of(0, 0, 1) }])[0]).toBeCloseTo(
    1.55 / 3,
    14,
  );
});

it('identical rows split in two have defined indices', () => {
  const same = matrixOf([
    [3, 3],
    [3, 3],
    [3, 3],
    [3, 3],
  ]);
  expect(calinskiHarabasz(same, labels, 2)).toBe(1);
  expect(daviesBouldin(same, labels, 2)).toBe(0);
  expect(silhouettes(toPoints(same), [{ k: 2, labels }])).toEqual([0]);
});

it('one cluster, one per row, and an unused label are refused with a code', () => {
  for (const k of [1, 4, 5]) {
    expect(() => calinskiHarabasz(pairs, labels, k)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    expect(() => daviesBouldin(pairs, labels, k)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  }
  expect(() => calinskiHarabasz(pairs, labels, 3)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  expect(() => silhouettes(toPoints(pairs), [{ k: 2, labels: new Int32Array(4) }])).toThrow(
    expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
  );
});

it('no index depends on the names of the clusters or the order of the rows', () => {
  const row = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }));
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 8, maxLength: 40 }),
      fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }),
      fc.nat(1000),
      (rows, drawn, salt) => {
        const given = Int32Array.from(rows, (_, i) => (i < 3 ? i : drawn[i]));
        const order = rows
          .map((_, i) => i)
          .sort((a, b) => ((a * 7919 + salt) % 103) - ((b * 7919 + salt) % 103) || a - b);
        const renamed = Int32Array.from(order, (i) => [2, 0, 1][given[i]]);
        const x = matrixOf(rows);
        const y = matrixOf(order.map((i) => rows[i]));
        const close = (a: number, b: number): void =>
          expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a)));
        close(calinskiHarabasz(x, given, 3), calinskiHarabasz(y, renamed, 3));
        close(daviesBouldin(x, given, 3), daviesBouldin(y, renamed, 3));
        close(
          silhouettes(toPoints(x), [{ k: 3, labels: given }])[0],
          silhouettes(toPoints(y), [{ k: 3, labels: renamed }])[0],
        );
      },
    ),
  );
});

it('the adjusted Rand index is 1 for renamed labels, and the textbook value otherwise', () => {
  expect(adjustedRandIndex(Int32Array.of(0, 0, 1, 2), Int32Array.of(2, 2, 0, 1))).toBe(1);
  // {1,2,3},{4,5,6} against {1,2},{3,4},{5,6}: pairs together in both 2, in a 6, in b 3 of 15: (2 − 1.2) / (4.5 − 1.2).
  expect(adjustedRandIndex(Int32Array.of(0, 0, 0, 1, 1, 1), Int32Array.of(0, 0, 1, 1, 2, 2))).toBeCloseTo(
    0.8 / 3.3,
    14,
  );
  expect(adjustedRandIndex(new Int32Array(5), new Int32Array(5))).toBe(1);
  expect(adjustedRandIndex(new Int32Array(0), new Int32Array(0))).toBe(1);
  expect(adjustedRandIndex(new Int32Array(1), new Int32Array(1))).toBe(1);
});

it('a straight line, a constant and two points have no knee', () => {
  expect(kneedle([2, 3, 4, 5], [9, 8, 7, 6])).toBeNull();
  expect(kneedle([2, 3, 4, 5], [1, 1, 1, 1])).toBeNull();
  expect(kneedle([2, 3], [9, 1])).toBeNull();
});
