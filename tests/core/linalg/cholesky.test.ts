import fc from 'fast-check';
import { inverseCholesky, packedSize } from '../../../src/core/linalg/cholesky';

it('inverts the factor of a matrix worked out by hand', () => {
  // [[4, 2], [2, 5]] = L L' with L = [[2, 0], [1, 2]]; its inverse is [[1/2, 0], [-1/4, 1/2]], log |L| = log 4.
  const inverse = new Float64Array(3);
  expect(inverseCholesky(Float64Array.of(4, 2, 2, 5), 2, 0, inverse, 0)).toBeCloseTo(Math.log(4), 14);
  expect(Array.from(inverse)).toEqual([0.5, -0.25, 0.5]);
});

it('whitens any positive definite matrix: inverse factor times matrix times its transpose is the identity', () => {
  const cases = fc
    .integer({ min: 1, max: 7 })
    .chain((d) =>
      fc.tuple(
        fc.constant(d),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: d * d, maxLength: d * d }),
      ),
    );
  fc.assert(
    fc.property(cases, ([d, b]) => {
      const a = new Float64Array(1 + d * d);
      for (let j = 0; j < d; j++)
        for (let l = 0; l < d; l++) {
          a[1 + j * d + l] = j === l ? 0.5 : 0;
          for (let v = 0; v < d; v++) a[1 + j * d + l] += b[j * d + v] * b[l * d + v];
        }
      const packed = new Float64Array(2 + packedSize(d));
      const logDeterminant = inverseCholesky(a, d, 1, packed, 2);
      expect(logDeterminant).not.toBeNull();
      const inverse = (i: number, j: number): number => (j > i ? 0 : packed[2 + packedSize(i) + j]);
      let logDiagonal = 0;
      for (let i = 0; i < d; i++) {
        logDiagonal -= Math.log(inverse(i, i));
        for (let m = 0; m < d; m++) {
          let entry = 0;
          for (let j = 0; j < d; j++)
            for (let l = 0; l < d; l++) entry += inverse(i, j) * a[1 + j * d + l] * inverse(m, l);
          expect(Math.abs(entry - (i === m ? 1 : 0))).toBeLessThan(1e-10);
        }
      }
      expect(logDeterminant).toBeCloseTo(logDiagonal, 10);
    }),
  );
});

it.each([
  ['indefinite', [1, 2, 2, 1]],
  ['singular', [1, 1, 1, 1]],
  ['singular but for rounding', [1, 1, 1, 1 + 2 ** -52]],
  ['zero', [0, 0, 0, 0]],
  ['not finite', [NaN, 0, 0, 1]],
  ['infinite', [1, 0, 0, Infinity]],
])('says of a matrix that is %s that it has no factor', (_, entries) => {
  expect(inverseCholesky(Float64Array.from(entries), 2, 0, new Float64Array(3), 0)).toBeNull();
});
