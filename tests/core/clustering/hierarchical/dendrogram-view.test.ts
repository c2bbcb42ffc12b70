import fc from 'fast-check';
import { LINKAGES } from '../../../../src/contracts/algorithms';
import { cut } from '../../../../src/core/clustering/hierarchical/cut';
import { dendrogramView } from '../../../../src/core/clustering/hierarchical/dendrogram-view';
import { linkage } from '../../../../src/core/clustering/hierarchical/linkage';
import { normalRows, pointsOf } from './trees';

it('lays out five numbers as worked out by hand', () => {
  // 0 and 1 merge at 1, 10 and 12 at 2, these four at 12 (complete linkage), 50 joins them at 50.
  const tree = linkage(pointsOf([[50], [0], [1], [10], [12]]), null, 'complete');
  expect(dendrogramView(tree, cut(tree, 3), null)).toEqual({
    branches: [
      { size: 1, height: 0, cluster: 0 },
      { size: 1, height: 0, cluster: 0 },
      { size: 1, height: 0, cluster: 1 },
      { size: 1, height: 0, cluster: 1 },
      { size: 1, height: 0, cluster: 2 },
    ],
    joins: [
      {
        height: 1,
        x: 0.5,
        left: { x: 0, height: 0 },
        right: { x: 1, height: 0 },
        from: 0,
        to: 1,
        size: 2,
        clusters: 4,
        cluster: 0,
      },
      {
        height: 2,
        x: 2.5,
        left: { x: 2, height: 0 },
        right: { x: 3, height: 0 },
        from: 2,
        to: 3,
        size: 2,
        clusters: 3,
        cluster: 1,
      },
      {
        height: 12,
        x: 1.5,
        left: { x: 0.5, height: 1 },
        right: { x: 2.5, height: 2 },
        from: 0,
        to: 3,
        size: 4,
        clusters: 2,
        cluster: null,
      },
      {
        height: 50,
        x: 2.75,
        left: { x: 1.5, height: 12 },
        right: { x: 4, height: 0 },
        from: 0,
        to: 4,
        size: 5,
        clusters: 1,
        cluster: null,
      },
    ],
    cut: { k: 3, height: 7 },
    leaves: 5,
    size: 5,
  });
});

it('shows the last merges of a large tree, with their true heights, and all rows below its branches', () => {
  const trees = fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    n: fc.integer({ min: 1, max: 150 }),
    k: fc.integer({ min: 1, max: 40 }),
    method: fc.constantFrom(...LINKAGES),
  });
  fc.assert(
    fc.property(trees, ({ seed, n, k: wanted, method }) => {
      const k = Math.min(wanted, n);
      const weights = Float64Array.from({ length: n }, (_, i) => 1 + (i % 3));
      const tree = linkage(pointsOf(normalRows(n, 3, seed)), weights, method);
      const labels = cut(tree, k, weights);
      const view = dendrogramView(tree, labels, weights);
      const shown = Math.min(Math.max(30, k), n);
      expect(view.branches).toHaveLength(shown);
      expect(view.joins.map(({ height }) => height)).toEqual(Array.from(tree.heights.slice(n - shown)));
      expect(view.joins.map(({ clusters }) => clusters)).toEqual(view.joins.map((_, i) => shown - 1 - i));
      expect(view.joins.filter(({ cluster }) => cluster === null)).toHaveLength(k - 1);

      const byCluster = new Float64Array(k);
      view.branches.forEach(({ size, cluster }) => (byCluster[cluster] += size));
      const expected = new Float64Array(k);
      labels.forEach((label, i) => (expected[label] += weights[i]));
      expect(byCluster).toEqual(expected);
      expect(view.size).toBe(weights.reduce((sum, weight) => sum + weight, 0));

      for (const { from, to, size, cluster, left, right, x, height } of view.joins) {
        const below = view.branches.slice(from, to + 1);
        expect(below.reduce((sum, branch) => sum + branch.size, 0)).toBe(size);
        expect(new Set(below.map((branch) => branch.cluster)).size === 1).toBe(cluster !== null);
        expect(left.x < x && x < right.x && Math.max(left.height, right.height) <= height).toBe(true);
      }
      if (view.cut.height === null) expect(k).toBe(1);
      else {
        const at = view.cut.height;
        expect(tree.heights.filter((height) => height > at)).toHaveLength(k - 1);
      }
    }),
    { numRuns: 60 },
  );
});

it('refuses labels that are not those of its leaves', () => {
  const tree = linkage(pointsOf([[0], [1], [3]]), null, 'ward');
  expect(() => dendrogramView(tree, Int32Array.of(0, 1), null)).toThrow(
    expect.objectContaining({ code: 'INSUFFICIENT_DATA' }) as Error,
  );
});
