import fc from 'fast-check';
import { symmetricEigen } from '../../../src/core/linalg/jacobi';

const symmetric = fc.integer({ min: 1, max: 8 }).chain((d) =>
  fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: d * d, maxLength: d * d }).map((entries) => ({
    d,
    a: Float64Array.from(entries, (_, at) => entries[at] + entries[(at % d) * d + Math.floor(at / d)]),
  })),
);

it('finds the eigenvalues of a matrix worked out by hand, largest first', () => {
  // [[2, 1], [1, 2]]: 3 along (1, 1), 1 along (1, -1).
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
  expect(values[0]).toBeCloseTo(3, 14);
  expect(values[1]).toBeCloseTo(1, 14);
  expect(vectors[0]).toBeCloseTo(Math.SQRT1_2, 14);
  expect(vectors[1]).toBeCloseTo(Math.SQRT1_2, 14);
});

it('vectors are orthonormal, in order, and rebuild the matrix', () => {
  fc.assert(
    fc.property(symmetric, ({ d, a }) => {
      const { values, vectors } = symmetricEigen(a, d);
      const size = Math.max(1, ...a.map(Math.abs));
      for (let j = 0; j < d; j++) {
        if (j > 0) expect(values[j]).toBeLessThanOrEqual(values[j - 1]);
        for (let l = 0; l < d; l++) {
          let dot = 0;
          let entry = 0;
          for (let v = 0; v < d; v++) {
            dot += vectors[j * d + v] * vectors[l * d + v];
            entry += vectors[v * d + j] * values[v] * vectors[v * d + l];
          }
          expect(Math.abs(dot - (j === l ? 1 : 0))).toBeLessThan(1e-13);
          expect(Math.abs(entry - a[j * d + l])).toBeLessThan(1e-12 * size);
        }
      }
    }),
  );
});

it('keeps small eigenvalues of a matrix in mixed units to full relative precision', () => {
  // D [[1, 0.5], [0.5, 1]] D with D = diag(1e6, 1e-6): the determinant is 0.75, the larger value 1e12 (1 + 0.25e-24 ...).
  const { values } = symmetricEigen(Float64Array.of(1e12, 0.5, 0.5, 1e-12), 2);
  expect(values[0] / 1e12).toBeCloseTo(1, 13);
  expect(values[1] / 0.75e-12).toBeCloseTo(1, 13);
});

it('reads the matrix from an offset and leaves it as it is', () => {
  const many = Float64Array.of(9, 9, 2, 1, 1, 2);
  expect(symmetricEigen(many, 2, 2)).toEqual(symmetricEigen(Float64Array.of(2, 1, 1, 2), 2));
  expect(Array.from(many)).toEqual([9, 9, 2, 1, 1, 2]);
});

it.each([1, 20, 50])('takes a matrix of %i columns with repeated eigenvalues and zeros', (d) => {
  const a = new Float64Array(d * d).fill(1);
  const { values } = symmetricEigen(a, d);
  expect(values[0]).toBeCloseTo(d, 10);
  for (let j = 1; j < d; j++) expect(Math.abs(values[j])).toBeLessThan(1e-12 * d);
  expect(Array.from(symmetricEigen(new Float64Array(d * d), d).values)).toEqual(new Array(d).fill(0));
});
