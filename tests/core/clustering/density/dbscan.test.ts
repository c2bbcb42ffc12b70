import fc from 'fast-check';
import { dbscan } from '../../../../src/core/clustering/density/dbscan';
import { toPoints } from '../../../../src/core/clustering/points';
import { matrixOf } from '../data';
import { partitionOf } from './partition';

const fit = (rows: readonly (readonly number[])[], eps: number, minSamples: number, cols = 1) =>
  dbscan(toPoints(matrixOf(rows, rows[0]?.length ?? cols)), { eps, minSamples });

it('core rows, border rows and noise of a line, worked out by hand', () => {
  // Within 1, itself included: 0 → 2 rows, 1 → 3, 2 → 3, 3 → 2; 10, 10.5, 11 → 3 each; 20 alone.
  const { k, labels, core, probabilities, sizes, noiseShare } = fit(
    [[0], [1], [2], [3], [10], [10.5], [11], [20]],
    1,
    3,
  );
  expect(Array.from(core)).toEqual([1, 2, 4, 5, 6]);
  expect(Array.from(labels)).toEqual([0, 0, 0, 0, 1, 1, 1, -1]);
  expect({ k, sizes, noiseShare }).toEqual({ k: 2, sizes: [4, 3], noiseShare: 1 / 8 });
  expect(Array.from(probabilities)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
});

it('a border row between two clusters belongs to the nearer core row, wherever it stands', () => {
  const left = [[0], [0.1], [0.2], [0.3], [0.4]];
  const right = [[2.6], [3], [3.1], [3.2], [3.3]];
  // 1.6 is 1.2 from 0.4 and 1.0 from 2.6; within 1.21 there are three rows (itself included), too few for a core row of 5.
  for (const rows of [
    [...left, [1.6], ...right],
    [...right, [1.6], ...left],
  ]) {
    const { labels, k } = fit(rows, 1.21, 5);
    const of = (value: number): number => labels[rows.findIndex(([at]) => at === value)];
    expect(k).toBe(2);
    expect(of(1.6)).toBe(of(2.6));
    expect(of(0.4)).not.toBe(of(2.6));
  }
});

it('nothing dense enough, or no row: k = 0, every row noise', () => {
  expect(fit([[0], [5], [10]], 1, 2)).toMatchObject({ k: 0, sizes: [], noiseShare: 1 });
  expect(fit([[0], [5]], 1, 3)).toMatchObject({ k: 0, noiseShare: 1 });
  expect(fit([], 1, 2)).toMatchObject({ k: 0, noiseShare: 0 });
});

it('minSamples 1 makes every row a core row; identical rows are one cluster', () => {
  expect(Array.from(fit([[0], [3], [3], [3]], 1, 1).labels)).toEqual([1, 0, 0, 0]);
});

it('refuses parameters out of range and values that are not finite', () => {
  for (const [eps, minSamples] of [
    [0, 3],
    [-1, 3],
    [NaN, 3],
    [Infinity, 3],
    [1, 0],
    [1, 1.5],
  ])
    expect(() => fit([[0], [1]], eps, minSamples)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(() => fit([[NaN]], 1, 1)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
});

it('equals the definition: core rows by counting, clusters by reachability, borders by the nearest core row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), {
        minLength: 1,
        maxLength: 50,
      }),
      fc.constantFrom(1, 1.5, 2.2, 3.1),
      fc.integer({ min: 1, max: 6 }),
      (rows, eps, minSamples) => {
        const distance = (a: number, b: number): number => Math.hypot(rows[a][0] - rows[b][0], rows[a][1] - rows[b][1]);
        const all = rows.map((_, i) => i);
        const isCore = all.map((a) => all.filter((b) => distance(a, b) <= eps + 1e-9).length >= minSamples);
        const cluster = all.map((row) => row);
        let changed = true;
        while (changed) {
          changed = false;
          for (const a of all)
            for (const b of all)
              if (isCore[a] && isCore[b] && distance(a, b) <= eps + 1e-9 && cluster[a] > cluster[b]) {
                cluster[a] = cluster[b];
                changed = true;
              }
        }
        const { labels, core } = fit(rows, eps, minSamples);
        expect(Array.from(core)).toEqual(all.filter((row) => isCore[row]));
        expect(partitionOf(Array.from(core, (row) => labels[row]))).toEqual(
          partitionOf(Array.from(core, (row) => cluster[row])),
        );
        for (const row of all.filter((r) => !isCore[r])) {
          const near = Array.from(core).filter((c) => distance(row, c) <= eps + 1e-9);
          const least = Math.min(...near.map((c) => distance(row, c)));
          if (near.length === 0) expect(labels[row]).toBe(-1);
          else expect(near.filter((c) => distance(row, c) === least).map((c) => labels[c])).toContain(labels[row]);
        }
      },
    ),
  );
});
