import fc from 'fast-check';
import { coreDistances } from '../../../../src/core/clustering/density/core-distances';
import { squaredDistance } from '../../../../src/core/clustering/distance';
import { toPoints } from '../../../../src/core/clustering/points';
import { matrixOf, normals, testStream } from '../data';

it('counts the row itself as the first neighbour', () => {
  const line = toPoints(matrixOf([[0], [1], [3], [7]]));
  expect(Array.from(coreDistances(line, 1))).toEqual([0, 0, 0, 0]);
  expect(Array.from(coreDistances(line, 2))).toEqual([1, 1, 2, 4]);
  expect(Array.from(coreDistances(line, 4))).toEqual([7, 6, 4, 7]);
});

it('refuses more neighbours than rows', () => {
  const line = toPoints(matrixOf([[0], [1]]));
  for (const minSamples of [0, 3])
    expect(() => coreDistances(line, minSamples)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
});

it('is 0 where minSamples rows are identical', () => {
  const rows = toPoints(
    matrixOf([
      [2, 5],
      [2, 5],
      [2, 5],
      [4, 5],
    ]),
  );
  expect(Array.from(coreDistances(rows, 3))).toEqual([0, 0, 0, 2]);
});

it('equals, bit for bit, sorting all distances, whatever the tree looks like', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 400 }),
      fc.nat(1000),
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (cols, rows, seed, coarse, share) => {
        const normal = normals(testStream(seed));
        const value = (): number => (coarse ? Math.round(normal()) : normal());
        const points = toPoints(
          matrixOf(
            Array.from({ length: rows }, () => Array.from({ length: cols }, value)),
            cols,
          ),
        );
        const { stride, values } = points;
        const minSamples = 1 + Math.floor(share * (rows - 1));
        const found = coreDistances(points, minSamples);
        for (let i = 0; i < rows; i += 7) {
          const squared = Array.from({ length: rows }, (_, j) =>
            squaredDistance(values, i * stride, values, j * stride, stride),
          );
          expect(found[i]).toBe(Math.sqrt(squared.sort((a, b) => a - b)[minSamples - 1]));
        }
      },
    ),
    { numRuns: 60 },
  );
});
