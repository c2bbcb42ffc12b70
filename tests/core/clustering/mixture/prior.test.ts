import fc from 'fast-check';
import { densityOf } from '../../../../src/core/clustering/mixture/density';
import { em } from '../../../../src/core/clustering/mixture/em';
import { logLikelihoodOf } from '../../../../src/core/clustering/mixture/posterior';
import { defaultPrior, hasPrior, type Prior } from '../../../../src/core/clustering/mixture/prior';
import {
  COVARIANCE_MODELS,
  type CovarianceModel,
  type MixtureParameters,
} from '../../../../src/core/clustering/mixture/types';
import { drawMixture, hard, matrixAt, pointsOf } from './data';

const WITH_PRIOR = ['EII', 'VII', 'EEI', 'VVI', 'EEE', 'VVV'] as const;

describe('the default prior', () => {
  // Column variances (n − 1): 4 / 3 and 100 / 3; covariance 20 / 3.
  const rows = [
    [0, 0],
    [2, 10],
    [0, 0],
    [2, 10],
  ];

  it('has the values of mclust, worked out by hand', () => {
    const points = pointsOf(rows);
    const spherical = defaultPrior(points, null, 3, 'VVI');
    expect(spherical).toMatchObject({ shrinkage: 0.01, dof: 4 });
    expect(Array.from(spherical.mean)).toEqual([1, 5]);
    // k^(−2/d) = 1/3 of the average variance.
    expect(spherical.scale).toHaveLength(1);
    expect(spherical.scale[0]).toBeCloseTo((4 / 3 + 100 / 3) / 2 / 3, 12);
    const full = defaultPrior(points, null, 3, 'VVV');
    [4 / 9, 20 / 9, 20 / 9, 100 / 9].forEach((value, at) => expect(full.scale[at]).toBeCloseTo(value, 12));
    const weighted = defaultPrior(pointsOf(rows.slice(0, 2)), Float64Array.of(2, 2), 3, 'VVV');
    expect(weighted).toEqual(full);
  });

  it('takes the diagonal where there are no more rows than columns', () => {
    const { scale } = defaultPrior(pointsOf(rows.slice(0, 2)), null, 1, 'EEE');
    expect(Array.from(scale)).toEqual([2, 0, 0, 50]);
  });

  it.each(COVARIANCE_MODELS.filter((model) => !hasPrior(model)))('%s has none, and says so', (model) => {
    const { points, start } = drawMixture(1, 30, 2, 2);
    const refusal = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error;
    expect(() => defaultPrior(points, null, 2, model)).toThrow(refusal);
    expect(() => em(points, null, start, 2, model, { prior: defaultPrior(points, null, 2, 'EEE') })).toThrow(refusal);
  });

  it('is had by six models', () => {
    expect(COVARIANCE_MODELS.filter(hasPrior)).toEqual(WITH_PRIOR);
  });
});

/** Logarithm of the prior density of means and covariances, but for a constant. */
function logPrior(parameters: MixtureParameters, { shrinkage, mean, dof, scale }: Prior): number {
  const { model, k, cols: d, means, covariances } = parameters;
  const density = densityOf({ ...parameters, model: 'VVV', proportions: new Float64Array(k).fill(1) });
  if (density === null) throw new Error('singular');
  let total = 0;
  for (let c = 0; c < k; c++) {
    const logDeterminant = -2 * (density.constants[c] + (d / 2) * Math.log(2 * Math.PI));
    const inverse = (j: number, l: number): number => {
      let sum = 0;
      for (let i = Math.max(j, l); i < d; i++) {
        const row = (c * d * (d + 1)) / 2 + (i * (i + 1)) / 2;
        sum += density.factors[row + j] * density.factors[row + l];
      }
      return sum;
    };
    const apart = mean.map((value, j) => means[c * d + j] - value);
    let distance = 0;
    let trace = 0;
    for (let j = 0; j < d; j++)
      for (let l = 0; l < d; l++) {
        distance += apart[j] * inverse(j, l) * apart[l];
        if (scale.length > 1) trace += scale[j * d + l] * inverse(j, l);
      }
    total -= (logDeterminant + shrinkage * distance) / 2;
    if (c > 0 && model.startsWith('E')) continue;
    const variances = matrixAt(covariances, c, d).map((row, j) => row[j]);
    if (scale.length > 1) total -= ((dof + d + 1) * logDeterminant + trace) / 2;
    else
      for (const variance of model.endsWith('II') ? variances.slice(0, 1) : variances)
        total -= (dof / 2 + 1) * Math.log(variance) + scale[0] / (2 * variance);
  }
  return total;
}

it.each(WITH_PRIOR)('%s: every iteration raises the posterior density', (model: CovarianceModel) => {
  fc.assert(
    fc.property(fc.nat(1e5), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), (seed, d, k) => {
      const { points, start } = drawMixture(seed, 40, d, k);
      const prior = { ...defaultPrior(points, null, k, model), shrinkage: 3 };
      let last = -Infinity;
      for (let step = 0; step < 8; step++) {
        const { parameters, logLikelihood } = em(points, null, start, k, model, { prior, maxIterations: 1 });
        expect(logLikelihood).toBe(logLikelihoodOf(parameters, points));
        const now = logLikelihood + logPrior(parameters, prior);
        expect(now).toBeGreaterThanOrEqual(last - 1e-9 * Math.abs(now));
        last = now;
      }
    }),
    { numRuns: 25 },
  );
});

it.each(['VII', 'VVI', 'VVV'] as const)(
  '%s: keeps the variance of a component on one row up, where without it EM ends',
  (model) => {
    const { rows } = drawMixture(3, 40, 2, 1);
    const points = pointsOf([...rows, [30, 30]]);
    const labels = new Int32Array(41);
    labels[40] = 1;
    expect(em(points, null, hard(labels, 2), 2, model).degenerate).not.toBeNull();
    const prior = defaultPrior(points, null, 2, model);
    const kept = em(points, null, hard(labels, 2), 2, model, { prior });
    expect(kept).toMatchObject({ converged: true, degenerate: null });
    expect(kept.parameters.proportions[1]).toBeCloseTo(1 / 41, 3);
  },
);
