import fc from 'fast-check';
import { LINKAGES } from '../../../../src/contracts/algorithms';
import { cut } from '../../../../src/core/clustering/hierarchical/cut';
import { linkage } from '../../../../src/core/clustering/hierarchical/linkage';
import { orderMerges } from '../../../../src/core/clustering/hierarchical/order';
import type { Dendrogram, Linkage } from '../../../../src/core/clustering/hierarchical/types';
import { plainKernel } from '../../../../src/core/clustering/plain-kernel';
import { createSimdKernel } from '../../../../src/core/kernels/simd-kernel';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { testKernels } from '../../../support/kernels';
import { distanceByDefinition, membersOf, normalRows, pointsOf, shuffled } from './trees';

type Rows = readonly (readonly number[])[];

const simd = createSimdKernel(testKernels());

/** Ward from means whatever the number of rows. */
function wardByMeans(rows: Rows, weights: Float64Array | null, mergesOf = plainKernel.wardMerges): Dendrogram {
  const merges = mergesOf(pointsOf(rows), weights);
  return orderMerges(rows.length, merges, merges.distances.map(Math.sqrt), weights);
}

const WAYS: readonly (readonly [string, Linkage, (rows: Rows, weights: Float64Array | null) => Dendrogram])[] = [
  ...LINKAGES.map((m) => [m, m, (rows: Rows, w: Float64Array | null) => linkage(pointsOf(rows), w, m)] as const),
  ['ward by means', 'ward', wardByMeans],
  ['ward by means, in single precision first', 'ward', (rows, weights) => wardByMeans(rows, weights, simd.wardMerges)],
];

const seeds = fc.integer({ min: 0, max: 1e6 });
/** Small whole numbers: many equal distances, and equal rows. */
const gridRows = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }), {
  minLength: 2,
  maxLength: 14,
});

const expectClose = (values: Float64Array, expected: Float64Array, tolerance = 1e-9): void => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) =>
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(tolerance * Math.max(expected[i], 1e-3)),
  );
};

it.each([
  // 0, 1 and 5, 7 pair up at 1 and 2. Means 0.5 and 6: 5.5 apart, sqrt(2 * 2 * 2 / 4) * 5.5; the four distances are 5, 7, 4, 6.
  ['ward', [1, 2, Math.sqrt(2) * 5.5]],
  ['average', [1, 2, 5.5]],
  ['complete', [1, 2, 7]],
] as const)('merges four numbers as worked out by hand (%s)', (method, heights) => {
  const tree = linkage(pointsOf([[5], [0], [7], [1]]), null, method);
  expect(Array.from(tree.left)).toEqual([1, 0, 4]);
  expect(Array.from(tree.right)).toEqual([3, 2, 5]);
  expect(Array.from(tree.sizes)).toEqual([2, 2, 4]);
  tree.heights.forEach((height, i) => expect(height).toBeCloseTo(heights[i], 12));
});

describe.each(WAYS)('%s', (_, method, treeOf) => {
  /** Every merge joins two clusters that are there, at their distance, and no two are nearer. */
  function expectGreedy(rows: Rows, weights: Float64Array | null): void {
    const tree = treeOf(rows, weights);
    const plain = Array.from(weights ?? new Float64Array(rows.length).fill(1));
    const members = membersOf(tree);
    const there = new Set(rows.keys());
    const apart = (a: number, b: number): number => distanceByDefinition(rows, plain, members[a], members[b], method);
    tree.heights.forEach((height, i) => {
      const ids = [...there];
      const least = Math.min(...ids.flatMap((a, at) => ids.slice(at + 1).map((b) => apart(a, b))));
      expect(height).toBeCloseTo(least, 6);
      expect(apart(tree.left[i], tree.right[i])).toBeCloseTo(height, 6);
      expect(tree.left[i]).toBeLessThan(tree.right[i]);
      expect(there.delete(tree.left[i]) && there.delete(tree.right[i])).toBe(true);
      there.add(rows.length + i);
      expect(tree.sizes[i]).toBe(members[rows.length + i].reduce((sum, row) => sum + plain[row], 0));
      expect(height).toBeGreaterThanOrEqual(i === 0 ? 0 : tree.heights[i - 1]);
    });
    expect(there.size).toBe(1);
  }

  it('always merges two clusters than which no two are nearer, also among ties', () => {
    fc.assert(
      fc.property(gridRows, (rows) => expectGreedy(rows, null)),
      { numRuns: 50 },
    );
  });

  it('does so with weights', () => {
    const weighted = gridRows.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: rows.length, maxLength: rows.length }),
      ),
    );
    fc.assert(
      fc.property(weighted, ([rows, weights]) => expectGreedy(rows, Float64Array.from(weights))),
      { numRuns: 50 },
    );
  });

  it('gives the same heights and partitions whatever the order of the rows', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 3, max: 120 }), fc.integer({ min: 1, max: 9 }), (seed, n, cols) => {
        const rows = normalRows(n, cols, seed);
        const order = shuffled(n, seed + 1);
        const tree = treeOf(rows, null);
        const other = treeOf(
          order.map((row) => rows[row]),
          null,
        );
        expectClose(other.heights, tree.heights);
        for (const k of [2, 3, 7].filter((k) => k <= n)) {
          const labels = cut(tree, k);
          expect(
            adjustedRandIndex(
              cut(other, k),
              Int32Array.from(order, (row) => labels[row]),
            ),
          ).toBe(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('scales its heights with the rows', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (seed, factor) => {
        const rows = normalRows(60, 5, seed);
        const tree = treeOf(rows, null);
        const scaled = treeOf(
          rows.map((row) => row.map((value) => value * factor)),
          null,
        );
        expectClose(
          scaled.heights.map((height) => height / factor),
          tree.heights,
        );
        expect(Array.from(scaled.left)).toEqual(Array.from(tree.left));
      }),
      { numRuns: 30 },
    );
  });

  it('takes a row of weight w for w equal rows, which merge at height 0', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 50 }), (seed, n) => {
        const rows = normalRows(n, 3, seed);
        const weights = Float64Array.from({ length: n }, (_, i) => 1 + ((seed + 7 * i) % 4));
        const copies = rows.flatMap((_, i) => new Array<number>(weights[i]).fill(i));
        const mixed = shuffled(copies.length, seed).map((at) => copies[at]);
        const weighted = treeOf(rows, weights);
        const plain = treeOf(
          mixed.map((row) => rows[row]),
          null,
        );
        expectClose(
          plain.heights.filter((height) => height > 0),
          weighted.heights,
        );
        expect(plain.sizes[plain.sizes.length - 1]).toBe(weighted.sizes[n - 2]);
        const k = Math.min(n, 4);
        const labels = cut(weighted, k, weights);
        expect(
          adjustedRandIndex(
            cut(plain, k),
            Int32Array.from(mixed, (row) => labels[row]),
          ),
        ).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  it('takes one row, two rows, equal rows and rows on a line', () => {
    const one = treeOf([[3, 4]], null);
    expect(one.leaves).toBe(1);
    expect(one.heights).toHaveLength(0);
    expect(Array.from(cut(one, 1))).toEqual([0]);
    expect(
      Array.from(
        treeOf(
          [
            [0, 0],
            [3, 4],
          ],
          null,
        ).heights,
      ),
    ).toEqual([5]);
    const equal = treeOf(new Array<number[]>(40).fill([0.1, 1 / 3, -7.7]), null);
    expect(Array.from(equal.heights)).toEqual(new Array(39).fill(0));
    // Powers of four on a line: each merges with all that lie below it.
    const line = treeOf(
      Array.from({ length: 9 }, (_, i) => [4 ** i, 2 * 4 ** i]),
      null,
    );
    expect(Array.from(line.right)).toEqual([1, 9, 10, 11, 12, 13, 14, 15]);
    expect(Array.from(line.left)).toEqual([0, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('gives the same bytes again', () => {
    const rows = normalRows(300, 6, 5);
    expect(treeOf(rows, null)).toEqual(treeOf(rows, null));
  });
});

it('Ward from means and from distances agree on untied rows, below and above the number from which means are used', () => {
  for (const n of [300, 2001]) {
    const rows = normalRows(n, 5, n);
    const byMeans = wardByMeans(rows, null);
    const merges = linkage(pointsOf(rows), null, 'ward');
    expectClose(byMeans.heights, merges.heights);
    expect(byMeans.left).toEqual(merges.left);
    expect(byMeans.right).toEqual(merges.right);
  }
});

it('half the sum of the squared heights of Ward is the total sum of squares', () => {
  const rows = normalRows(2500, 4, 8);
  const { heights } = linkage(pointsOf(rows), null, 'ward');
  const mean = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
  const total = rows.reduce((sum, row) => sum + row.reduce((s, value, j) => s + (value - mean[j]) ** 2, 0), 0);
  expect(heights.reduce((sum, height) => sum + height ** 2, 0) / 2 / total).toBeCloseTo(1, 12);
});

describe('refuses', () => {
  const code = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  it.each(LINKAGES)(
    'no rows, cells and distances that are not finite, and weights that are no counts (%s)',
    (method) => {
      const link = (rows: number[][], weights: Float64Array | null = null) =>
        code(() => linkage(pointsOf(rows), weights, method));
      expect(link([])).toBe('INSUFFICIENT_DATA');
      expect(link([[1], [NaN], [2]])).toBe('NOT_FINITE');
      expect(link([[1], [Infinity]])).toBe('NOT_FINITE');
      expect(link([[1e200], [-1e200], [0]])).toBe('NOT_FINITE');
      for (const weights of [[1, 0], [1, 1.5], [1], [1, NaN]])
        expect(link([[1], [2]], Float64Array.from(weights))).toBe('CONFIG_INVALID');
    },
  );

  it('to hold the distances of more than 10,000 rows, and says what to do instead', () => {
    const points = { rows: 10_001, cols: 1, stride: 4, values: new Float64Array(40_004) };
    for (const method of ['average', 'complete'] as const) {
      expect(code(() => linkage(points, null, method))).toBe('CONFIG_INVALID');
      expect(() => linkage(points, null, method)).toThrow(/10000 rows.*micro-clusters/);
    }
  });
});
