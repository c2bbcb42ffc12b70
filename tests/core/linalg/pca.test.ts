import fc from 'fast-check';
import { isSymmetric, requireFinite } from '../../../src/core/linalg/checks';
import { columnMeans, covariance } from '../../../src/core/linalg/covariance';
import { principalComponents, scores } from '../../../src/core/linalg/pca';
import { matrixOf } from '../clustering/data';

// Two columns, each with mean 0 and population sd 1, correlation 0.8 by construction: x = ±1, y = 0.8 x ± 0.6.
const correlated = matrixOf([
  [1, 1.4],
  [1, 0.2],
  [-1, -0.2],
  [-1, -1.4],
]);

it('covariance of four rows equals the value worked out by hand', () => {
  // Sums of squares: 4 and 1.96 + 0.04 + 0.04 + 1.96 = 4; cross products: 1.4 + 0.2 + 0.2 + 1.4 = 3.2; divided by n − 1 = 3.
  const expected = [4 / 3, 3.2 / 3, 3.2 / 3, 4 / 3];
  Array.from(covariance(correlated)).forEach((value, at) => expect(value).toBeCloseTo(expected[at], 14));
  expect(Array.from(columnMeans(correlated))).toEqual([0, 0]);
});

it('components of two columns with correlation 0.8 are the diagonals, with variances (1 ± 0.8) n / (n − 1)', () => {
  const { eigenvalues, explained, components } = principalComponents(correlated);
  expect(eigenvalues[0]).toBeCloseTo((1.8 * 4) / 3, 12);
  expect(eigenvalues[1]).toBeCloseTo((0.2 * 4) / 3, 12);
  expect(explained[0]).toBeCloseTo(0.9, 12);
  const half = Math.SQRT1_2;
  components[0].forEach((loading) => expect(loading).toBeCloseTo(half, 12));
  // Both loadings are equally large: the first one is made positive.
  expect(components[1][0]).toBeCloseTo(half, 12);
  expect(components[1][1]).toBeCloseTo(-half, 12);
});

it('scores are centred and have the variances of the components', () => {
  const pca = principalComponents(correlated);
  const points = scores(correlated, pca, [0, 1, 2, 3], 2);
  for (const c of [0, 1]) {
    const values = points.map((point) => point[c]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / 3).toBeCloseTo(pca.eigenvalues[c], 12);
  }
});

it('refuses columns that are not scaled unless it is told to take them', () => {
  const raw = matrixOf([
    [1, 100],
    [2, 300],
    [3, 200],
  ]);
  expect(() => principalComponents(raw)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(principalComponents(raw, { allowUnscaled: true }).components[0][1]).toBeGreaterThan(0.99);
});

it('a constant column has no variance and no part in the others; identical rows explain nothing, without NaN', () => {
  const { eigenvalues, components } = principalComponents(
    matrixOf([
      [1, 5],
      [-1, 5],
      [1, 5],
      [-1, 5],
    ]),
  );
  expect(eigenvalues[1]).toBe(0);
  expect(components[0]).toEqual([1, 0]);
  const flat = principalComponents(
    matrixOf([
      [2, 2],
      [2, 2],
      [2, 2],
    ]),
  );
  expect(flat.explained).toEqual([0, 0]);
  expect(flat.components.flat().every(Number.isFinite)).toBe(true);
});

it('names the data it cannot work on: one row, not finite', () => {
  expect(() => principalComponents(matrixOf([[1, 2]]))).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  expect(() =>
    requireFinite(
      matrixOf([
        [1, 2],
        [3, NaN],
        [Infinity, 0],
      ]),
    ),
  ).toThrow(expect.objectContaining({ code: 'NOT_FINITE', details: { cells: 2, column: 'x2' } }));
});

it('covariance is exactly symmetric and does not depend on a shift of the columns', () => {
  const row = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 2, maxLength: 30 }),
      fc.integer({ min: -1000, max: 1000 }),
      (rows, shift) => {
        const sigma = covariance(matrixOf(rows));
        expect(isSymmetric(sigma, 3, 0)).toBe(true);
        covariance(matrixOf(rows.map((values) => values.map((value) => value + shift)))).forEach((value, at) =>
          expect(value).toBeCloseTo(sigma[at], 8),
        );
      },
    ),
  );
});

it('a matrix that is not symmetric is told apart', () => {
  expect(isSymmetric(Float64Array.of(1, 2, 3, 4), 2)).toBe(false);
  expect(isSymmetric(Float64Array.of(1, NaN, NaN, 4), 2)).toBe(false);
});
