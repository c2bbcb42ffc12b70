import fc from 'fast-check';
import { createWorkspace } from '../../../../src/core/clustering/kernel';
import { fitFrom } from '../../../../src/core/clustering/kmeans/kmeans';
import { relocateEmpty } from '../../../../src/core/clustering/kmeans/relocate';
import { padCentroids, toPoints } from '../../../../src/core/clustering/points';
import { move } from '../../../../src/core/clustering/sums';
import { matrixOf } from '../data';

/** Rows in clusters, as Lloyd's iteration holds them. */
function held(rows: readonly (readonly number[])[], labels: readonly number[], centroids: readonly (readonly number[])[], weights: readonly number[] | null = null) {
  const points = toPoints(matrixOf(rows));
  const k = centroids.length;
  const totals = { sums: new Float64Array(k * points.stride), weights: new Float64Array(k) };
  const workspace = createWorkspace(rows.length);
  labels.forEach((label, i) => {
    workspace.labels[i] = label;
    move(points.values, i * points.stride, points.stride, weights?.[i] ?? 1, -1, label, totals);
  });
  workspace.upper.fill(1);
  workspace.lower.fill(1);
  const padded = padCentroids(centroids, points.stride);
  const counted = weights === null ? null : Float64Array.from(weights);
  const moved = relocateEmpty(points, counted, padded, k, workspace, totals);
  const centroid = (c: number): number[] => Array.from(padded.subarray(c * points.stride, c * points.stride + points.cols));
  return { moved, workspace, totals, centroid, labels: Array.from(workspace.labels) };
}

describe('an empty cluster', () => {
  const FAR = [9, 1, 4, 2, 3];

  it('takes the row that lies farthest from its centroid, with its weight, and forgets all bounds', () => {
    const found = held([[0, 0, 0, 0, 0], [1, 0, 0, 0, 0], FAR, [5, 5, 5, 5, 5]], [0, 0, 0, 1], [[0, 0, 0, 0, 0], [5, 5, 5, 5, 5], [70, 70, 70, 70, 70]], [1, 2, 3, 4]);
    expect(found).toMatchObject({ moved: true, labels: [0, 0, 2, 1] });
    expect(found.centroid(2)).toEqual(FAR);
    expect(Array.from(found.totals.weights)).toEqual([3, 4, 3]);
    expect(Array.from(found.totals.sums.subarray(0, 5))).toEqual([2, 0, 0, 0, 0]);
    expect(Array.from(found.totals.sums.subarray(16, 21))).toEqual(FAR.map((value) => 3 * value));
    expect(Array.from(found.workspace.upper)).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect(Array.from(found.workspace.lower)).toEqual([0, 0, 0, 0]);
  });

  it('takes the first of equals, and none that is alone in its cluster', () => {
    const found = held([[0], [3], [-3], [90]], [0, 0, 0, 1], [[0], [0], [50]]);
    expect(found.labels).toEqual([0, 2, 0, 1]);
    expect(held([[0], [3], [-3], [90]], [0, 0, 0, 1], [[0], [0], [50]], [1, 1, 1, 7]).labels).toEqual([0, 2, 0, 1]);
  });

  it('may be the first row', () => {
    expect(held([[9], [0], [0]], [0, 0, 0], [[0], [4]])).toMatchObject({ moved: true, labels: [1, 0, 0] });
  });

  it('stays empty where every row lies on its centroid, or is alone', () => {
    expect(held([[2], [2], [5]], [0, 0, 1], [[2], [5], [8]])).toMatchObject({ moved: false, labels: [0, 0, 1] });
    expect(held([[2], [5]], [0, 1], [[0], [0], [8]])).toMatchObject({ moved: false, labels: [0, 1] });
  });

  it('of two each gets a row, and the second none where there is only one to give', () => {
    expect(held([[0], [3], [-4], [1]], [0, 0, 0, 0], [[0], [50], [60]])).toMatchObject({ moved: true, labels: [0, 2, 1, 0] });
    expect(held([[0], [3]], [0, 0], [[0], [50], [60]])).toMatchObject({ moved: true, labels: [0, 1] });
  });
});

it('centroids are the means of their rows summed anew, not what the sums of many moves have become', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 60 }), (drawn) => {
      // So large that running sums lose digits with each row that comes and goes.
      const rows = drawn.map((value) => [1e9 + value / 3, value / 7]);
      const points = toPoints(matrixOf(rows));
      const { labels, centroids, sizes, converged } = fitFrom(points, null, padCentroids([[1e9, 0], [1e9 + 100, 1], [1e9 + 101, 2]], points.stride), 3);
      if (!converged) return;
      sizes.forEach((size, c) => {
        if (size === 0) return;
        const sums = [0, 0];
        rows.forEach((row, i) => labels[i] === c && row.forEach((value, j) => (sums[j] += value)));
        expect(Array.from(centroids.subarray(c * points.stride, c * points.stride + 2))).toEqual(sums.map((sum) => sum / size));
      });
    }),
  );
});
