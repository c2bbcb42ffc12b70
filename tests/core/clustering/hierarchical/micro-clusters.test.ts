import { LINKAGES, type Linkage } from '../../../../src/contracts/algorithms';
import { canonicalOrder } from '../../../../src/core/clustering/canonical';
import { cut } from '../../../../src/core/clustering/hierarchical/cut';
import { linkage } from '../../../../src/core/clustering/hierarchical/linkage';
import {
  hierarchicalLabels,
  type HierarchicalLabels,
  labelsOfLeaves,
  microClusters,
} from '../../../../src/core/clustering/hierarchical/micro-clusters';
import { toPoints, type Points } from '../../../../src/core/clustering/points';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { blobs } from '../data';
import { normalRows, pointsOf } from './trees';

/** Five groups of unequal size, 12,000 rows. */
function planted(): { points: Points; truth: Int32Array } {
  const centres = [
    [0, 0, 0, 0],
    [6, 0, 0, 1],
    [0, 6, 0, 2],
    [0, 0, 6, 3],
    [6, 6, 6, 4],
  ];
  const { matrix, truth } = blobs(centres, [5000, 3000, 2000, 1200, 800], 1);
  return { points: toPoints(matrix), truth };
}
const largeRows = planted();
const found = new Map<Linkage, HierarchicalLabels>();
/** Made once for the tests that look at it. */
function labelsBy(method: Linkage): HierarchicalLabels {
  const labels =
    found.get(method) ?? hierarchicalLabels(largeRows.points, null, { linkage: method, ks: [5, 3], seed: 1 });
  found.set(method, labels);
  return labels;
}

it.each(LINKAGES)('finds planted groups of 12,000 rows, whatever the rows are grouped into first (%s)', (method) => {
  const { labels } = labelsBy(method);
  expect(adjustedRandIndex(labels[0], largeRows.truth)).toBeGreaterThan(0.98);
  expect(new Set(labels[1])).toEqual(new Set([0, 1, 2]));
  expect(Array.from(canonicalOrder(labels[0], 5))).toEqual([0, 1, 2, 3, 4]);
});

it('Ward of 1,000 micro-clusters finds the planted groups too, with the heights of all rows at the top', () => {
  const { points, truth } = largeRows;
  const micro = microClusters(points, null, { count: 1000, atLeast: 5, seed: 1 });
  const tree = linkage(micro.points, micro.weights, 'ward');
  const labels = cut(tree, 5, micro.weights);
  expect(
    adjustedRandIndex(
      micro.leafOf.map((leaf) => labels[leaf]),
      truth,
    ),
  ).toBeGreaterThan(0.98);
  const whole = labelsBy('ward').dendrogram.heights;
  for (let i = 1; i <= 4; i++) {
    const [ours, exact] = [tree.heights[tree.heights.length - i], whole[whole.length - i]];
    expect(Math.abs(ours / exact - 1)).toBeLessThan(0.01);
  }
});

it('says which leaf stands for which rows, and how many', () => {
  const { dendrogram, leafOf, leafWeights, labels } = labelsBy('average');
  expect(dendrogram.leaves).toBeGreaterThan(900);
  const counted = new Float64Array(dendrogram.leaves);
  leafOf!.forEach((leaf) => counted[leaf]++);
  expect(leafWeights).toEqual(counted);
  expect(Math.min(...counted)).toBeGreaterThan(0);
  expect(dendrogram.sizes[dendrogram.leaves - 2]).toBe(12_000);
  const ofLeaves = labelsOfLeaves({ dendrogram, leafOf, leafWeights, labels }, labels[0]);
  expect(leafOf!.map((leaf) => ofLeaves[leaf])).toEqual(labels[0]);
  expect(adjustedRandIndex(ofLeaves, cut(dendrogram, 5))).toBe(1);
});

it('gives the same bytes for the same seed, and other micro-clusters for another', () => {
  const points = pointsOf(normalRows(3000, 3, 2));
  const of = (seed: number) => microClusters(points, null, { count: 200, atLeast: 2, seed });
  expect(of(7)).toEqual(of(7));
  expect(of(7).leafOf).not.toEqual(of(8).leafOf);
});

it('the mean of a micro-cluster is that of its rows, by weight', () => {
  const rows = normalRows(500, 2, 4);
  const weights = Float64Array.from(rows, (_, i) => 1 + (i % 3));
  const { points, weights: sizes, leafOf } = microClusters(pointsOf(rows), weights, { count: 40, atLeast: 2, seed: 1 });
  expect(points.rows).toBe(40);
  for (let leaf = 0; leaf < points.rows; leaf++) {
    const own = rows.flatMap((row, i) => (leafOf[i] === leaf ? [{ row, weight: weights[i] }] : []));
    const weight = own.reduce((sum, one) => sum + one.weight, 0);
    expect(sizes[leaf]).toBe(weight);
    for (const j of [0, 1]) {
      const mean = own.reduce((sum, one) => sum + one.weight * one.row[j], 0) / weight;
      expect(points.values[leaf * points.stride + j]).toBeCloseTo(mean, 12);
    }
  }
});

it('drops groups without rows, but parts equal rows where a cut needs more leaves', () => {
  const rows = Array.from({ length: 10_500 }, (_, i) => [i % 2, (i >> 1) % 3]);
  const six = microClusters(pointsOf(rows.slice(0, 600)), null, { count: 100, atLeast: 6, seed: 1 });
  expect(six.points.rows).toBe(6);
  expect(Array.from(six.weights)).toEqual(new Array(6).fill(100));
  // The row that is alone already is not parted from itself.
  const four = microClusters(pointsOf([[7], [1], [1], [1]]), null, { count: 4, atLeast: 4, seed: 1 });
  expect(Array.from(four.weights)).toEqual([1, 1, 1, 1]);
  const { labels, dendrogram } = hierarchicalLabels(pointsOf(rows), null, { linkage: 'average', ks: [6, 8], seed: 1 });
  expect(dendrogram.leaves).toBe(8);
  expect(
    adjustedRandIndex(
      labels[0],
      Int32Array.from(rows, ([a, b]) => a + 2 * b),
    ),
  ).toBe(1);
  expect(new Set(labels[1]).size).toBe(8);
});

it('links few rows one by one', () => {
  const points = pointsOf(normalRows(50, 2, 1));
  const { dendrogram, leafOf, leafWeights, labels } = hierarchicalLabels(points, null, {
    linkage: 'complete',
    ks: [2, 5],
    seed: 1,
  });
  expect({ leafOf, leafWeights }).toEqual({ leafOf: null, leafWeights: null });
  expect(dendrogram).toEqual(linkage(points, null, 'complete'));
  expect(labels).toEqual([cut(dendrogram, 2), cut(dendrogram, 5)]);
});

it('refuses more clusters than rows, and cells that are not finite, before it groups anything', () => {
  const points = pointsOf(new Array<number[]>(10_001).fill([1]));
  const fails = (code: string): Error => expect.objectContaining({ code }) as Error;
  const run = (ks: number[]) => () => hierarchicalLabels(points, null, { linkage: 'average', ks, seed: 1 });
  expect(run([10_002])).toThrow(fails('INSUFFICIENT_DATA'));
  points.values[4] = NaN;
  expect(run([2])).toThrow(fails('NOT_FINITE'));
});
