import { condenseTree } from '../../../../src/core/clustering/density/condensed-tree';
import { coreDistances } from '../../../../src/core/clustering/density/core-distances';
import { selectClusters, stabilities } from '../../../../src/core/clustering/density/select-clusters';
import { singleLinkage } from '../../../../src/core/clustering/density/single-linkage';
import { spanningTree } from '../../../../src/core/clustering/density/spanning-tree';
import { toPoints } from '../../../../src/core/clustering/points';
import { matrixOf } from '../data';

const hierarchy = (values: readonly number[], minSamples: number) => {
  const points = toPoints(matrixOf(values.map((value) => [value])));
  return singleLinkage(spanningTree(points, coreDistances(points, minSamples)));
};
/** Three groups of three: two of them close to each other. */
const groups = (gap: number): number[] => [0, 1, 2, 2 + gap, 3 + gap, 4 + gap, 100, 101, 102];

it('edges are as long as the largest of distance and core distances; of equals the nearer row comes first', () => {
  // Core distances to the third row: 2, 1, 2, 8. Row 1 is within its core distance of 0 and 2, which are 2 from all the rest.
  const points = toPoints(matrixOf([[0], [1], [2], [9]]));
  const tree = spanningTree(points, coreDistances(points, 3));
  expect(Array.from(tree.length)).toEqual([2, 2, 8]);
  expect(Array.from(tree.squared)).toEqual([1, 1, 49]);
  expect([Array.from(tree.from), Array.from(tree.to)]).toEqual([
    [0, 1, 2],
    [1, 2, 3],
  ]);
});

it('single linkage joins from near to far', () => {
  const { distance, size } = hierarchy(groups(3), 2);
  expect(Array.from(distance)).toEqual([1, 1, 1, 1, 1, 1, 3, 94 - 1]);
  expect(size[6]).toBe(6);
  expect(size[7]).toBe(9);
});

it('splits where two large groups part, and lets small ones leave', () => {
  const { parent, birth, size, exitCluster, exit } = condenseTree(hierarchy([...groups(3), 50], 2), 3);
  // 102 to 50 and 50 to 7 are 50 and 43: the lone row leaves between the two, the row at 50 has its core distance 43.
  expect(Array.from(parent)).toEqual([-1, 0, 0, 1, 1].map((p, c) => (c < 3 ? p : parent[c])));
  expect(birth[0]).toBe(Infinity);
  expect([birth[1], birth[2]]).toEqual([50, 50]);
  expect([size[1], size[2]].sort()).toEqual([3, 7]);
  expect([birth[3], birth[4]]).toEqual([3, 3]);
  expect(exit[9]).toBe(43);
  expect(size[exitCluster[9]]).toBe(7);
  expect(Array.from(exit.subarray(0, 9))).toEqual(new Array(9).fill(1));
});

it('excess of mass prefers the pair of close groups, or its halves, by the density they last over; leaves are always the halves', () => {
  // All groups leave at distance 1. The pair is born at 93 and splits at the gap g:
  // 6 (1/g − 1/93) against 2 · 3 (1 − 1/g), equal at g = 1.989.
  const near = condenseTree(hierarchy(groups(1.5), 2), 3);
  const masses = Array.from(stabilities(near))
    .slice(1)
    .sort((a, b) => a - b);
  [3 * (1 - 1 / 1.5), 3 * (1 - 1 / 1.5), 3 * (1 - 1 / 94.5), 6 * (1 / 1.5 - 1 / 94.5)]
    .sort((a, b) => a - b)
    .forEach((mass, i) => expect(masses[i]).toBeCloseTo(mass, 12));
  expect(selectClusters(near, 'eom').clusters).toHaveLength(2);
  expect(selectClusters(near, 'leaf').clusters).toHaveLength(3);
  expect(selectClusters(condenseTree(hierarchy(groups(2.5), 2), 3), 'eom').clusters).toHaveLength(3);
});

it('equal distances are removed at once: three groups in a row part into three', () => {
  const { parent, birth } = condenseTree(hierarchy([0, 1, 2, 12, 13, 14, 24, 25, 26], 2), 3);
  expect(Array.from(parent)).toEqual([-1, 0, 0, 0]);
  expect(Array.from(birth)).toEqual([Infinity, 10, 10, 10]);
});
