import fc from 'fast-check';
import { hdbscan } from '../../../../src/core/clustering/density/hdbscan';
import type { HdbscanFit } from '../../../../src/core/clustering/density/types';
import { toPoints } from '../../../../src/core/clustering/points';
import type { Matrix } from '../../../../src/core/linalg/matrix';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { blobs, matrixOf, normals, testStream } from '../data';
import { hdbscanByDefinition } from './by-definition';
import { partitionOf } from './partition';

const fit = (x: Matrix, minClusterSize: number, minSamples: number): HdbscanFit =>
  hdbscan(toPoints(x), { minClusterSize, minSamples });
const pick = (x: Matrix, rows: ArrayLike<number>): Matrix =>
  matrixOf(
    Array.from(rows, (row) => Array.from(x.values.subarray(row * x.cols, (row + 1) * x.cols))),
    x.cols,
  );
const shuffled = (count: number, seed: number): number[] => {
  const random = testStream(seed);
  return Array.from({ length: count }, (_, row) => ({ row, at: random.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
};
/** Small whole numbers make ties and repeated rows common. */
const gridRows = (max: number, maxLength: number) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max })), { minLength: 1, maxLength });
const parameters = fc.record({ size: fc.integer({ min: 2, max: 5 }), samples: fc.integer({ min: 1, max: 6 }) });

function expectDefined({ k, labels, probabilities, sizes, clusterPersistence, noiseShare }: HdbscanFit): void {
  const counted = new Array<number>(k).fill(0);
  let noise = 0;
  labels.forEach((label, i) => {
    expect(label >= -1 && label < k).toBe(true);
    expect(probabilities[i] >= 0 && probabilities[i] <= 1).toBe(true);
    if (label < 0) {
      noise++;
      expect(probabilities[i]).toBe(0);
    } else counted[label]++;
  });
  expect(sizes).toEqual(counted);
  expect(clusterPersistence).toHaveLength(k);
  for (const persistence of clusterPersistence) expect(persistence >= 0 && persistence <= 1).toBe(true);
  expect(noiseShare).toBe(labels.length === 0 ? 0 : noise / labels.length);
}

it('finds two groups on a line, with the numbers worked out by hand', () => {
  // Core distance 1 everywhere but at 11.5, which is 1.5 from its neighbours 10 and 13 (minSamples 2).
  const { k, labels, probabilities, clusterPersistence, birthDistances, noiseShare } = fit(
    matrixOf([[0], [1], [2], [3], [10], [11.5], [13], [12.5]]),
    3,
    2,
  );
  // 13 and 12.5 are 0.5 apart, 11.5 is 1 from 12.5, 10 is 1.5 from 11.5: the right group leaves at 1.5, then (two are too few) at 1.
  expect(Array.from(labels)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect({ k, noiseShare }).toEqual({ k: 2, noiseShare: 0 });
  expect(Array.from(birthDistances)).toEqual([7, 7]);
  [1, 1, 1, 1, 1 / 1.5, 1, 1, 1].forEach((p, i) => expect(probabilities[i]).toBeCloseTo(p, 12));
  // 4 (1/1 − 1/7) and (1/1.5 − 1/7) + 3 (1 − 1/7), as shares of 4 rows up to the density 1.
  expect(clusterPersistence[0]).toBeCloseTo(6 / 7, 12);
  expect(clusterPersistence[1]).toBeCloseTo((1 / 1.5 - 1 / 7 + 18 / 7) / 4, 12);
});

it('recovers separated groups of different density, largest first, and leaves the rest as noise', () => {
  const { matrix, truth } = blobs(
    [
      [0, 0],
      [30, 0],
      [0, 30],
    ],
    [300, 200, 100],
    1,
  );
  const spread = blobs([[15, 15]], [40], 12, 2).matrix;
  const rows = matrixOf([
    ...Array.from({ length: matrix.rows }, (_, i) => Array.from(matrix.values.subarray(2 * i, 2 * i + 2))),
    ...Array.from({ length: spread.rows }, (_, i) => Array.from(spread.values.subarray(2 * i, 2 * i + 2))),
  ]);
  const result = fit(rows, 25, 10);
  expect(result.k).toBe(3);
  const inside = Array.from(truth.keys()).filter((row) => result.labels[row] >= 0);
  expect(inside.length).toBeGreaterThan(560);
  expect(
    adjustedRandIndex(
      Int32Array.from(inside, (row) => result.labels[row]),
      Int32Array.from(inside, (row) => truth[row]),
    ),
  ).toBe(1);
  expect(result.sizes).toEqual([...result.sizes].sort((a, b) => b - a));
  expectDefined(result);
});

it('no cluster at all is a result: one round group is all noise', () => {
  const { matrix } = blobs([[0, 0, 0]], [200], 1);
  const result = fit(matrix, 50, 20);
  expect(result).toMatchObject({ k: 0, sizes: [], clusterPersistence: [], noiseShare: 1 });
  expect(result.labels.every((label) => label === -1)).toBe(true);
});

it.each([
  ['no row', matrixOf([], 2)],
  ['one row', matrixOf([[1, 2]])],
  ['fewer rows than minClusterSize', matrixOf([[1], [2], [3]])],
  ['only one cluster worth of rows', matrixOf([[1], [2], [3], [9], [10], [11], [12]])],
  ['fewer rows than minSamples', matrixOf(Array.from({ length: 11 }, (_, i) => [i]))],
])('%s: k = 0, every row noise', (_, x) => {
  const result = fit(x, 4, 12);
  expect(result).toMatchObject({ k: 0, noiseShare: x.rows === 0 ? 0 : 1 });
  expect(Array.from(result.labels)).toEqual(new Array(x.rows).fill(-1));
  expectDefined(result);
});

it.each([
  ['constant columns', Array.from({ length: 30 }, () => [4, 4, 4]), 0],
  ['identical rows in two places', Array.from({ length: 30 }, (_, i) => [i % 3 === 0 ? 1 : 5]), 2],
  [
    'rows on a line with a gap',
    Array.from({ length: 30 }, (_, i) => [i + (i < 15 ? 0 : 40), 2 * (i + (i < 15 ? 0 : 40))]),
    2,
  ],
  [
    'a constant column beside a telling one',
    Array.from({ length: 30 }, (_, i) => [7, i % 2 === 0 ? i / 100 : 9 + i / 100]),
    2,
  ],
])('%s: everything is defined', (_, rows, k) => {
  const result = fit(matrixOf(rows), 5, 5);
  expect(result.k).toBe(k);
  expectDefined(result);
});

it('identical rows beyond minSamples have an infinite density and a persistence of 1', () => {
  const rows = [...new Array<number[]>(8).fill([0, 0]), [0.5, 0], [1, 0], [20, 0], [21, 0], [22, 0], [23, 0], [24, 0]];
  const result = fit(matrixOf(rows), 4, 3);
  expect(Array.from(result.labels)).toEqual([...new Array<number>(10).fill(0), ...new Array<number>(5).fill(1)]);
  expect(Array.from(result.probabilities.subarray(0, 10))).toEqual([...new Array<number>(8).fill(1), 0, 0]);
  expect(result.clusterPersistence[0]).toBe(1);
  expect(result.clusterPersistence[1]).toBeGreaterThan(0);
  expect(result.clusterPersistence[1]).toBeLessThan(1);
  expectDefined(result);
});

it('refuses parameters out of range, values and distances that are not finite', () => {
  const x = matrixOf(Array.from({ length: 20 }, (_, i) => [i]));
  for (const [size, samples] of [
    [1, 5],
    [2.5, 5],
    [5, 0],
    [5, NaN],
  ])
    expect(() => fit(x, size, samples)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  for (const bad of [NaN, Infinity])
    expect(() => fit(matrixOf([[bad], [1], [2], [3]]), 2, 1)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  expect(() => fit(matrixOf([[1e200], [-1e200], [0], [1], [2], [3]]), 2, 1)).toThrow(
    expect.objectContaining({ code: 'NOT_FINITE' }),
  );
});

it('is the partition of the definition, cut by cut over the graph of all pairs, also where distances tie', () => {
  let clusters = 0;
  fc.assert(
    fc.property(gridRows(7, 22), parameters, (rows, { size, samples }) => {
      fc.pre(rows.length >= Math.max(samples, 2 * size));
      const x = matrixOf(rows);
      const { k, labels } = fit(x, size, samples);
      clusters += k;
      expect(partitionOf(labels)).toEqual(partitionOf(hdbscanByDefinition(x, size, samples)));
    }),
    { numRuns: 300 },
  );
  expect(clusters).toBeGreaterThan(100);
});

it('whatever the rows, every number is defined and identical rows are treated alike', () => {
  fc.assert(
    fc.property(gridRows(5, 60), parameters, (rows, { size, samples }) => {
      const result = fit(matrixOf(rows), size, samples);
      expectDefined(result);
      const first = new Map<string, number>();
      rows.forEach((row, i) => {
        const same = first.get(String(row)) ?? i;
        first.set(String(row), same);
        expect(result.labels[i]).toBe(result.labels[same]);
        expect(result.probabilities[i]).toBe(result.probabilities[same]);
      });
    }),
  );
});

it('the order of the rows changes nothing, ties included', () => {
  fc.assert(
    fc.property(gridRows(9, 60), parameters, fc.nat(1000), (rows, { size, samples }, seed) => {
      const x = matrixOf(rows);
      const order = shuffled(x.rows, seed);
      const before = fit(x, size, samples);
      const after = fit(pick(x, order), size, samples);
      expect(partitionOf(after.labels)).toEqual(partitionOf(order.map((row) => before.labels[row])));
      expect(Array.from(after.probabilities)).toEqual(order.map((row) => before.probabilities[row]));
    }),
  );
});

it('neither order, nor a common scale, nor a shift changes the partition of continuous rows', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      parameters,
      (seed, scale, { size, samples }) => {
        const normal = normals(testStream(seed));
        const rows = Array.from({ length: 90 }, (_, i) => [normal() + 4 * (i % 3), normal(), normal()]);
        const x = matrixOf(rows);
        const order = shuffled(90, seed + 1);
        const moved = matrixOf(order.map((row) => rows[row].map((value) => scale * value)));
        const before = fit(x, size, samples);
        expect(partitionOf(fit(moved, size, samples).labels)).toEqual(
          partitionOf(order.map((row) => before.labels[row])),
        );
        const translated = matrixOf(rows.map((row) => row.map((value) => value + 1024)));
        expect(
          adjustedRandIndex(
            fit(translated, size, samples).labels.map((l) => l + 1),
            before.labels.map((l) => l + 1),
          ),
        ).toBe(1);
      },
    ),
    { numRuns: 40 },
  );
});

it('the same rows give the same bytes', () => {
  const { matrix } = blobs(
    [
      [0, 0],
      [5, 5],
    ],
    [400, 300],
    1,
  );
  expect(fit(matrix, 20, 10)).toEqual(fit(matrix, 20, 10));
});
