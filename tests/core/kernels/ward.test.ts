import fc from 'fast-check';
import type { Merges } from '../../../src/core/clustering/hierarchical/chain';
import { hierarchicalLabels } from '../../../src/core/clustering/hierarchical/micro-clusters';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { toPoints } from '../../../src/core/clustering/points';
import { instantiate } from '../../../src/core/kernels/memory';
import { createSimdKernel } from '../../../src/core/kernels/simd-kernel';
import { simdWardMerges } from '../../../src/core/kernels/ward';
import { testKernels } from '../../support/kernels';
import { matrixOf, testStream } from '../clustering/data';
import { pointsOf, shapes } from './rows';

const simd = createSimdKernel(testKernels());

/** Bit by bit: 0 and −0 would differ. */
const bitsOf = ({ first, second, distances }: Merges) => ({ first, second, distances: new BigInt64Array(distances.buffer) });

it('merges four numbers as worked out by hand', () => {
  const { first, second, distances } = simd.wardMerges(toPoints(matrixOf([[5], [0], [7], [1]])), null);
  // 0 and 1 at 1, 5 and 7 at 4, then 2 · 2 · 2 / 4 times 5.5².
  const merges = Array.from(distances, (distance, m) => [distance, first[m], second[m]]);
  expect(merges.sort(([a], [b]) => a - b)).toEqual([[1, 1, 3], [4, 0, 2], [60.5, 2, 3]]);
});

it('finds the merges and distances of the plain code, bit by bit', () => {
  fc.assert(
    fc.property(shapes({ n: [1, 90] }), fc.boolean(), (shape, weighted) => {
      const points = pointsOf(shape);
      const random = testStream(shape.seed);
      const weights = weighted ? Float64Array.from({ length: shape.n }, () => 1 + Math.floor(1 / (1e-6 + random.uniform()))) : null;
      expect(bitsOf(simd.wardMerges(points, weights))).toEqual(bitsOf(plainKernel.wardMerges(points, weights)));
    }),
    { numRuns: 400 },
  );
});

it.each(['normal', 'grid', 'far', 'outlier', 'shifted'] as const)('does so over thousands of rows, through every squeeze of the live clusters (%s)', (kind) => {
  const points = pointsOf({ seed: 8, n: 2100, d: 5, kind, scale: 0 });
  expect(bitsOf(simd.wardMerges(points, null))).toEqual(bitsOf(plainKernel.wardMerges(points, null)));
});

it('tells apart what single precision cannot: neighbours that differ in the ninth digit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 8 }), (seed, d) => {
      const random = testStream(seed);
      const rows = Array.from({ length: 60 }, () => Array.from({ length: d }, () => 1 + Math.floor(4 * random.uniform()) + 1e-9 * random.uniform()));
      const points = toPoints(matrixOf(rows));
      expect(bitsOf(simd.wardMerges(points, null))).toEqual(bitsOf(plainKernel.wardMerges(points, null)));
    }),
  );
});

it('refuses distances that no number can hold, as the plain code does, and works on', () => {
  const points = toPoints(matrixOf([[1e200], [-1e200], [0]]));
  expect(() => simd.wardMerges(points, null)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  expect(() => plainKernel.wardMerges(points, null)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  const fine = pointsOf({ seed: 1, n: 40, d: 3, kind: 'normal', scale: 0 });
  expect(bitsOf(simd.wardMerges(fine, null))).toEqual(bitsOf(plainKernel.wardMerges(fine, null)));
});

it('is what a dendrogram of many rows is cut from', () => {
  const points = pointsOf({ seed: 9, n: 2050, d: 4, kind: 'normal', scale: 0 });
  const watched = jest.fn(simd.wardMerges);
  const options = { linkage: 'ward', ks: [2, 7], seed: 0 } as const;
  const { labels } = hierarchicalLabels(points, null, options, { ...simd, wardMerges: watched });
  expect(watched).toHaveBeenCalledTimes(1);
  expect(labels).toEqual(hierarchicalLabels(points, null, options).labels);
});

it('needs no more memory the second time', () => {
  const instance = instantiate(testKernels());
  const merges = simdWardMerges(instance);
  const points = pointsOf({ seed: 2, n: 3000, d: 6, kind: 'normal', scale: 0 });
  merges(points, null);
  const { size } = instance;
  merges(points, null);
  expect(instance.size).toBe(size);
  // Means, their mirror, weights and places: less than 16 numbers a row.
  expect(size).toBeLessThan(3000 * 16 * 8 + 3 * 65_536);
});
