import fc from 'fast-check';
import { LINKAGES } from '../../../../src/contracts/algorithms';
import { canonicalOrder } from '../../../../src/core/clustering/canonical';
import { cut, cuts } from '../../../../src/core/clustering/hierarchical/cut';
import { linkage } from '../../../../src/core/clustering/hierarchical/linkage';
import { normalRows, pointsOf } from './trees';

const trees = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  n: fc.integer({ min: 1, max: 60 }),
  method: fc.constantFrom(...LINKAGES),
});

it('cuts the pairs of five numbers as worked out by hand, the largest cluster first', () => {
  const tree = linkage(pointsOf([[50], [0], [1], [10], [12]]), null, 'average');
  expect(Array.from(cut(tree, 1))).toEqual([0, 0, 0, 0, 0]);
  expect(Array.from(cut(tree, 2))).toEqual([1, 0, 0, 0, 0]);
  expect(Array.from(cut(tree, 3))).toEqual([2, 0, 0, 1, 1]);
  expect(Array.from(cut(tree, 4))).toEqual([1, 0, 0, 2, 3]);
  expect(Array.from(cut(tree, 5))).toEqual([0, 1, 2, 3, 4]);
});

it('puts the labels in the order of the weights, where there are any', () => {
  const weights = Float64Array.of(9, 1, 1, 2, 2);
  const tree = linkage(pointsOf([[50], [0], [1], [10], [12]]), weights, 'complete');
  expect(Array.from(cut(tree, 3, weights))).toEqual([0, 2, 2, 1, 1]);
});

it('has k clusters, none empty, in canonical order, each within one cluster of the coarser cut', () => {
  fc.assert(
    fc.property(trees, ({ seed, n, method }) => {
      const tree = linkage(pointsOf(normalRows(n, 3, seed)), null, method);
      const ks = Array.from({ length: n }, (_, i) => i + 1);
      const all = cuts(tree, ks);
      all.forEach((labels, i) => {
        expect(new Set(labels)).toEqual(new Set(Array.from({ length: i + 1 }, (_, label) => label)));
        expect(Array.from(canonicalOrder(labels, i + 1))).toEqual([...Array(i + 1).keys()]);
        expect(labels).toEqual(cut(tree, ks[i]));
        if (i === 0) return;
        // n rows give exactly i + 1 pairs of (finer, coarser) labels where each finer cluster lies within one coarser one.
        expect(new Set(Array.from(labels, (label, row) => `${label} ${all[i - 1][row]}`)).size).toBe(i + 1);
      });
    }),
    { numRuns: 40 },
  );
});

it.each([0, 4, 1.5, NaN])('refuses to cut three rows into %d', (k) => {
  const tree = linkage(pointsOf([[0], [1], [3]]), null, 'ward');
  expect(() => cuts(tree, [2, k])).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }) as Error);
});
