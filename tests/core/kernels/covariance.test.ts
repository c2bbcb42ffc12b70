import fc from 'fast-check';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { createSimdKernel } from '../../../src/core/kernels/simd-kernel';
import { isSymmetric } from '../../../src/core/linalg/checks';
import { principalComponents } from '../../../src/core/linalg/pca';
import { testKernels } from '../../support/kernels';
import { matrixOf } from '../clustering/data';
import { rowsOf, shapes, type Shape } from './rows';

const simd = createSimdKernel(testKernels());

/** Both agree to rounding, measured by the deviations of the columns and the size of the numbers. */
function expectEqualMoments(shape: Shape): void {
  const x = matrixOf(rowsOf(shape), shape.d);
  const [ours, plain] = [simd.coMoments(x), plainKernel.coMoments(x)];
  const sd = Array.from({ length: shape.d }, (_, j) => Math.sqrt(plain.covariance[j * shape.d + j]));
  const off = ours.means.map((value, j) => Math.abs(value - plain.means[j]) - 1e-14 * (sd[j] + Math.abs(plain.means[j])));
  expect(Math.max(...off)).toBeLessThanOrEqual(0);
  const tooMuch = ours.covariance.map((value, at) => {
    const [i, j] = [Math.floor(at / shape.d), at % shape.d];
    // A mean is known to 1e-16 of its size: a shift by it is what the covariance may be off by, beside its own rounding.
    const shift = 1e-14 * Math.max(Math.abs(plain.means[i]), Math.abs(plain.means[j]));
    return Math.abs(value - plain.covariance[at]) - (1e-12 * sd[i] * sd[j] + shift * Math.max(sd[i], sd[j]) + shift * shift);
  });
  expect(Math.max(...tooMuch)).toBeLessThanOrEqual(0);
  expect(isSymmetric(ours.covariance, shape.d, 0)).toBe(true);
}

it('of three rows, worked out by hand', () => {
  const { means, covariance } = simd.coMoments(matrixOf([[1, 2], [2, 4], [6, 0]]));
  expect(Array.from(means)).toEqual([3, 2]);
  // Deviations (-2, -1, 3) and (0, 2, -2): 14 / 2, -8 / 2, 8 / 2.
  expect(Array.from(covariance)).toEqual([7, -4, -4, 4]);
});

it('is that of the plain code to rounding', () => {
  fc.assert(fc.property(shapes({ n: [2, 90] }), expectEqualMoments), { numRuns: 300 });
});

it.each([255, 256, 257, 511, 512, 513, 2049])('is so at the borders of blocks (%i rows)', (n) => {
  for (const d of [1, 2, 3, 4, 12, 13])
    for (const kind of ['normal', 'far', 'shifted', 'outlier'] as const) expectEqualMoments({ seed: n, n, d, kind, scale: 0 });
});

it('keeps its digits where the first block is unlike the rest', () => {
  const rows = Array.from({ length: 2000 }, (_, i) => [i < 256 ? 0 : 1e8 + (i % 7), i % 5]);
  const x = matrixOf(rows);
  const [ours, plain] = [simd.coMoments(x), plainKernel.coMoments(x)];
  ours.covariance.forEach((value, at) => expect(Math.abs(value / plain.covariance[at] - 1)).toBeLessThanOrEqual(1e-12));
});

it('leaves nothing behind for the next matrix', () => {
  const small = matrixOf(rowsOf({ seed: 1, n: 9, d: 4, kind: 'normal', scale: 0 }));
  const before = simd.coMoments(small);
  simd.coMoments(matrixOf(rowsOf({ seed: 2, n: 700, d: 5, kind: 'far', scale: 20 })));
  expect(simd.coMoments(small)).toEqual(before);
});

it('refuses one row, and names the column that holds no number', () => {
  expect(() => simd.coMoments(matrixOf([[1, 2]]))).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  for (const bad of [NaN, Infinity, -Infinity]) {
    const rows = rowsOf({ seed: 3, n: 300, d: 3, kind: 'normal', scale: 0 });
    rows[299][1] = bad;
    expect(() => principalComponents(matrixOf(rows), { coMoments: simd.coMoments })).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE', details: { cells: 1, column: 'x2' } }),
    );
  }
});

it('gives the principal components of the plain code', () => {
  const x = matrixOf(rowsOf({ seed: 4, n: 1000, d: 6, kind: 'normal', scale: 0 }).map(([a, b, ...rest]) => [a + 2 * b, b, ...rest]));
  const [ours, plain] = [principalComponents(x, { allowUnscaled: true, coMoments: simd.coMoments }), principalComponents(x, { allowUnscaled: true })];
  ours.eigenvalues.forEach((value, c) => expect(value).toBeCloseTo(plain.eigenvalues[c], 12));
  ours.components.flat().forEach((value, at) => expect(value).toBeCloseTo(plain.components.flat()[at], 9));
});
