import { criteria } from '../../../../src/core/clustering/mixture/criteria';
import { degreesOfFreedom } from '../../../../src/core/clustering/mixture/degrees-of-freedom';
import { COVARIANCE_MODELS, LPA_MODELS } from '../../../../src/core/clustering/mixture/types';

// nMclustParams of mclust 6.1 for d = 4 and G = 3: two proportions, twelve means and the parameters of the covariances.
const COVARIANCES = {
  EII: 1,
  VII: 3,
  EEI: 4,
  VEI: 6,
  EVI: 10,
  VVI: 12,
  EEE: 10,
  VEE: 12,
  EVE: 16,
  VVE: 18,
  EEV: 22,
  VEV: 24,
  EVV: 28,
  VVV: 30,
};

it.each(COVARIANCE_MODELS)('%s has the free parameters of mclust', (model) => {
  expect(degreesOfFreedom(model, 3, 4)).toBe(14 + COVARIANCES[model]);
});

it('one component or one column leaves only what can differ', () => {
  for (const model of COVARIANCE_MODELS) {
    const [, shape, orientation] = model;
    // One component: 1, d or d (d + 1) / 2 parameters for the covariance, and d means.
    expect(degreesOfFreedom(model, 1, 4)).toBe(4 + (shape === 'I' ? 1 : orientation === 'I' ? 4 : 10));
    expect(degreesOfFreedom(model, 3, 1)).toBe(2 + 3 + (model.startsWith('V') ? 3 : 1));
  }
});

it('tidyLPA models 1, 2, 3 and 6 with two classes in two columns', () => {
  // 1 proportion, 4 means and 2, 4, 3, 6 (co)variances.
  const df = Object.values(LPA_MODELS).map((model) => degreesOfFreedom(model, 2, 2));
  expect(df).toEqual([7, 9, 8, 11]);
});

describe('criteria', () => {
  const z = Float64Array.of(1, 0, 0.5, 0.5, 0.25, 0.75);
  const input = { logLikelihood: -10, df: 5, n: 3, k: 2, responsibilities: z };

  it('are the values worked out by hand', () => {
    const found = criteria(input);
    expect(found.bic).toBeCloseTo(5 * Math.log(3) + 20, 12);
    expect(found.aic).toBeCloseTo(30, 12);
    expect(found.sabic).toBeCloseTo(5 * Math.log(5 / 24) + 20, 12);
    expect(found.caic).toBeCloseTo(5 * (Math.log(3) + 1) + 20, 12);
    // The largest responsibilities are 1, 1/2 and 3/4.
    expect(found.icl).toBeCloseTo(found.bic - 2 * Math.log(0.375), 12);
    // z log z: 0, -log 2, and 1/4 log 1/4 + 3/4 log 3/4 = 3/4 log 3 - 2 log 2.
    expect(found.entropy).toBeCloseTo(1 + (0.75 * Math.log(3) - 3 * Math.LN2) / (3 * Math.LN2), 12);
  });

  it('rows with weights count like repeated rows', () => {
    const repeated = Float64Array.of(1, 0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75);
    const plain = criteria({ ...input, n: 6, responsibilities: repeated });
    const weighted = criteria({ ...input, n: 6, weights: Float64Array.of(1, 2, 3) });
    for (const name of ['bic', 'icl', 'entropy'] as const) expect(weighted[name]).toBeCloseTo(plain[name], 12);
  });

  it('the entropy is 1 where all rows are certain, 0 where none is, and 1 for one component', () => {
    const entropyOf = (responsibilities: Float64Array, k: number): number =>
      criteria({ ...input, k, n: responsibilities.length / k, responsibilities }).entropy;
    expect(entropyOf(Float64Array.of(1, 0, 0, 0, 0, 1), 3)).toBe(1);
    expect(entropyOf(new Float64Array(6).fill(1 / 3), 3)).toBeCloseTo(0, 12);
    expect(entropyOf(new Float64Array(4).fill(1), 1)).toBe(1);
  });
});
