import fc from 'fast-check';
import { toPoints, type Points } from '../../../src/core/clustering/points';
import { neighboursOf } from '../../../src/core/linalg/neighbours';
import { trustworthiness } from '../../../src/core/validity/trustworthiness';
import { blobs, matrixOf, testStream } from '../clustering/data';

const onLine = (...values: number[]): Points => toPoints(matrixOf(values.map((value) => [value])));

describe('nearest neighbours by all pairs', () => {
  it('are the others in the order of their distance, equals by row', () => {
    const { rows, distances } = neighboursOf(onLine(0, 2, -2, 5, 0), 3);
    expect(Array.from(rows.subarray(0, 3))).toEqual([4, 1, 2]);
    expect(Array.from(distances.subarray(0, 3))).toEqual([0, 2, 2]);
    expect(Array.from(rows.subarray(9, 12))).toEqual([1, 0, 4]);
  });
});

describe('trustworthiness', () => {
  it('equals the value worked out by hand', () => {
    // Rows 0, 1, 3, 7 on a line; the map swaps the last two, so that row 1 has row 3 (rank 3) and row 3 has row 1 (rank 2) as nearest.
    // Nearest on the map 0, 1, 7, 3: of row 0 it is 1, of 1 it is 0, of 2 (at 7) it is 3, of 3 (at 3) it is 1.
    // In the data row 2 (at 3) has ranks 1: 1, 0: 2, 3: 3; row 3 (at 7) has 2: 1, 1: 2, 0: 3. So the excess is 0 + 0 + 2 + 1.
    expect(trustworthiness(onLine(0, 1, 3, 7), onLine(0, 1, 7, 3), 1)).toBeCloseTo(1 - (2 * 3) / (4 * (8 - 3 - 1)), 15);
  });

  it('is 1 of a map that is the data, turned, moved and made larger', () => {
    const { matrix } = blobs([[0, 0]], [80], 1);
    const turned = matrixOf(Array.from({ length: 80 }, (_, i) => [5 - 3 * matrix.values[2 * i + 1], 3 * matrix.values[2 * i] - 2]));
    expect(trustworthiness(toPoints(matrix), toPoints(turned), 15)).toBe(1);
  });

  it('is about one half of a map at random', () => {
    const { matrix } = blobs([[0, 0, 0]], [500], 1);
    const random = testStream(3);
    const map = matrixOf(Array.from({ length: 500 }, () => [random.uniform(), random.uniform()]));
    expect(Math.abs(trustworthiness(toPoints(matrix), toPoints(map), 15) - 0.5)).toBeLessThan(0.02);
  });

  it('lies in [0, 1] and depends neither on the order of the rows nor on which of equal rows comes first', () => {
    const cell = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 8, maxLength: 30 }), fc.nat(1000), (rows, salt) => {
        const random = testStream(salt);
        const map = rows.map(() => [random.uniform(), random.uniform()]);
        const of = (order: readonly number[]): number =>
          trustworthiness(toPoints(matrixOf(order.map((i) => rows[i]))), toPoints(matrixOf(order.map((i) => map[i]))), 3);
        const plain = [...rows.keys()];
        const value = of(plain);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(of(plain.reverse())).toBe(value);
      }),
      { numRuns: 50 },
    );
  });

  it('copies of a row are no false neighbours of each other', () => {
    const copies = onLine(...new Array<number>(20).fill(1), 50, 60);
    const random = testStream(1);
    const apart = onLine(...Array.from({ length: 20 }, () => random.uniform()), 50, 60);
    expect(trustworthiness(copies, apart, 5)).toBe(1);
  });

  it('is refused for rows that differ in number and for neighbours that are not fewer than half of them', () => {
    const refused = (data: Points, map: Points, k: number): void =>
      expect(() => trustworthiness(data, map, k)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    refused(onLine(1, 2, 3, 4, 5), onLine(1, 2, 3, 4), 1);
    refused(onLine(1, 2, 3, 4), onLine(1, 2, 3, 4), 2);
    refused(onLine(1, 2, 3, 4), onLine(1, 2, 3, 4), 0);
    refused(onLine(1, 2, 3, 4), onLine(1, 2, 3, 4), 1.5);
    refused(onLine(), onLine(), 1);
  });
});
