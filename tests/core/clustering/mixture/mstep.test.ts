import fc from 'fast-check';
import { densityOf, isDiagonal } from '../../../../src/core/clustering/mixture/density';
import { mStep } from '../../../../src/core/clustering/mixture/mstep';
import { scatterOf, type Scatter } from '../../../../src/core/clustering/mixture/scatter';
import { COVARIANCE_MODELS, type CovarianceModel } from '../../../../src/core/clustering/mixture/types';
import { symmetricEigen } from '../../../../src/core/linalg/jacobi';
import { drawMixture, largestDifference, matrixAt } from './data';

const D = 3;
const K = 3;

const scatterFor = (seed: number, model: CovarianceModel): Scatter => {
  const { points, start } = drawMixture(seed, 60, D, K);
  return scatterOf(points, null, start, K, isDiagonal({ model }));
};
const covariancesOf = (scatter: Scatter, model: CovarianceModel): Float64Array => {
  const found = mStep(scatter, model, { axes: null });
  if (found === null) throw new Error('no maximum');
  return found.covariances;
};

/** Sum of n_c log |C_c| + tr(W_c C_c⁻¹): what the covariances minimise. W is full here, whatever the model. */
function misfit({ sizes, within }: Scatter, covariances: Float64Array): number {
  const density = densityOf({
    model: 'VVV',
    k: K,
    cols: D,
    proportions: new Float64Array(K).fill(1),
    means: new Float64Array(K * D),
    covariances,
  });
  if (density === null) throw new Error('singular');
  let total = 0;
  for (let c = 0; c < K; c++) {
    total += -2 * sizes[c] * (density.constants[c] + (D / 2) * Math.log(2 * Math.PI));
    for (let i = 0, f = (c * D * (D + 1)) / 2; i < D; f += ++i)
      for (let j = 0; j <= i; j++)
        for (let l = 0; l <= i; l++)
          total += density.factors[f + j] * density.factors[f + l] * within[c * D * D + j * D + l];
  }
  return total;
}

/** Volume, shape and axes of each covariance. */
const partsOf = (covariances: Float64Array) =>
  Array.from({ length: K }, (_, c) => {
    const { values, vectors } = symmetricEigen(covariances, D, c * D * D);
    const volume = Math.cbrt(values[0] * values[1] * values[2]);
    const diagonal = [0, 1, 2].map((j) => covariances[c * D * D + j * (D + 1)]);
    return { volume, shape: values.map((value) => value / volume), diagonal, vectors };
  });
const spread = (values: readonly number[]): number => (Math.max(...values) - Math.min(...values)) / Math.max(...values);

describe.each(COVARIANCE_MODELS.map((model) => [model] as const))('%s', (model) => {
  const [volume, shape, orientation] = model;

  it('has the volume, shape and orientation its name says, and no more in common', () => {
    const covariances = covariancesOf(scatterFor(31, model), model);
    const parts = partsOf(covariances);
    const volumes = parts.map((part) => part.volume);
    expect(spread(volumes) < 1e-10).toBe(volume === 'E');
    const shapes = [0, 1, 2].map((j) => spread(parts.map((part) => part.shape[j])));
    expect(Math.max(...shapes) < 1e-10).toBe(shape !== 'V');
    expect(Math.max(...parts.map((part) => spread(Array.from(part.shape)))) < 1e-10).toBe(shape === 'I');
    const off = Math.max(...[1, 2, 5].flatMap((at) => [0, 1, 2].map((c) => Math.abs(covariances[c * 9 + at]))));
    expect(off === 0).toBe(orientation === 'I');
    // Matrices with common axes commute.
    const [a, b] = [matrixAt(covariances, 0, D), matrixAt(covariances, 1, D)];
    const commutator = a.flatMap((row, i) =>
      row.map((_, j) => row.reduce((sum, value, l) => sum + value * b[l][j] - b[i][l] * a[l][j], 0)),
    );
    expect(Math.max(...commutator.map(Math.abs)) < 1e-9).toBe(orientation !== 'V');
  });

  it('no other covariances of the model fit the scatter better', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e5 }), fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const one = scatterFor(seed, model);
        const whole = scatterFor(seed, 'VVV');
        const other = scatterFor(seed + 1, model);
        // Maxima of scatters nearby are members of the model, near and far.
        const mixed = { ...one, within: one.within.map((sum, at) => sum + share ** 4 * other.within[at]) };
        expect(misfit(whole, covariancesOf(one, model))).toBeLessThanOrEqual(
          misfit(whole, covariancesOf(mixed, model)) + 1e-9,
        );
      }),
      { numRuns: 20 },
    );
  });

  it('fits no worse than every model nested in it', () => {
    const whole = scatterFor(77, 'VVV');
    const fitOf = (other: CovarianceModel): number => misfit(whole, covariancesOf(scatterFor(77, other), other));
    const isNested = (other: CovarianceModel): boolean =>
      [0, 1, 2].every((at) => other[at] === model[at] || other[at] === 'I' || (other[at] === 'E' && model[at] === 'V'));
    for (const other of COVARIANCE_MODELS.filter(isNested))
      expect(fitOf(model)).toBeLessThanOrEqual(fitOf(other) + 1e-9);
  });
});

it('has no maximum where a component has no spread that the model needs', () => {
  const scatter = { k: 2, cols: 2, sizes: Float64Array.of(5, 5), total: 10, means: new Float64Array(4) };
  const tied = { ...scatter, diagonal: true, within: Float64Array.of(1, 0, 1, 2) };
  expect(mStep(tied, 'EVI', { axes: null })).toBeNull();
  const gone = { ...scatter, diagonal: false, within: Float64Array.of(0, 0, 0, 0, 1, 0, 0, 1) };
  for (const model of ['VEE', 'VVE', 'EVE', 'VEV', 'EVV'] as const) {
    const found = mStep(gone, model, { axes: null });
    expect(found?.covariances.every(Number.isFinite) ?? true).toBe(true);
  }
  expect(mStep(gone, 'VEE', { axes: null })).toBeNull();
});

it('scatter: sizes, means and products equal sums written out, over several blocks of rows and any remainder of four', () => {
  for (const n of [1, 2, 3, 5, 1023, 2051]) {
    const { points, rows, start, k } = drawMixture(n, n, 3, 2);
    const weights = Float64Array.from(rows, (_, i) => 1 + (i % 3));
    const full = scatterOf(points, weights, start, k, false);
    const diagonal = scatterOf(points, weights, start, k, true);
    for (let c = 0; c < k; c++) {
      const z = rows.map((_, i) => weights[i] * start[i * k + c]);
      const size = z.reduce((sum, value) => sum + value, 0);
      const mean = [0, 1, 2].map((j) => rows.reduce((sum, row, i) => sum + z[i] * row[j], 0) / size);
      const products = [0, 1, 2].flatMap((j) =>
        [0, 1, 2].map((l) => rows.reduce((sum, row, i) => sum + z[i] * (row[j] - mean[j]) * (row[l] - mean[l]), 0)),
      );
      expect(Math.abs(full.sizes[c] - size)).toBeLessThan(1e-10 * size);
      expect(largestDifference(full.means.subarray(c * 3, c * 3 + 3), mean)).toBeLessThan(1e-12);
      expect(largestDifference(full.within.subarray(c * 9, c * 9 + 9), products)).toBeLessThan(1e-9 * n);
      expect(
        largestDifference(diagonal.within.subarray(c * 3, c * 3 + 3), [products[0], products[4], products[8]]),
      ).toBeLessThan(1e-9 * n);
    }
  }
});
