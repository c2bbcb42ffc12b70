import fc from 'fast-check';
import { em } from '../../../../src/core/clustering/mixture/em';
import { logLikelihoodOf, mostProbable, posterior } from '../../../../src/core/clustering/mixture/posterior';
import { COVARIANCE_MODELS, type MixtureParameters } from '../../../../src/core/clustering/mixture/types';
import { drawMixture, pointsOf } from './data';

const twoOnALine = (distance: number): MixtureParameters => ({
  model: 'EII',
  k: 2,
  cols: 1,
  proportions: Float64Array.of(0.5, 0.5),
  means: Float64Array.of(0, distance),
  covariances: Float64Array.of(1, 1),
});

it('gives the posteriors worked out by hand', () => {
  // Densities at 0 and 1 from means 0 and 2: the odds are exp(2) and 1.
  const found = posterior(twoOnALine(2), pointsOf([[0], [1]]), 0, 2, { withResponsibilities: true });
  const own = 1 / (1 + Math.exp(-2));
  expect(Array.from(found.cluster)).toEqual([0, 0]);
  expect(Array.from(found.runnerUp)).toEqual([1, 1]);
  expect(found.probability[0]).toBeCloseTo(own, 14);
  expect(found.uncertainty[0]).toBeCloseTo(1 - own, 14);
  expect(Array.from(found.responsibilities ?? [])).toEqual([found.probability[0], found.uncertainty[0], 0.5, 0.5]);
});

it('keeps an uncertainty that 1 − probability would lose', () => {
  // The odds are exp(18 · 18 / 2) = exp(162).
  const { probability, uncertainty } = posterior(twoOnALine(18), pointsOf([[0]]));
  expect(probability[0]).toBe(1);
  expect(uncertainty[0] / Math.exp(-162)).toBeCloseTo(1, 10);
});

it('gives the responsibilities that EM ended with, and the same for one row as for all', () => {
  const model = fc.constantFrom(...COVARIANCE_MODELS);
  const seed = fc.nat(1e5);
  fc.assert(
    fc.property(model, seed, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), (name, at, d, k) => {
      const { points, start } = drawMixture(at, 50, d, k);
      const { parameters, degenerate } = em(points, null, start, k, name, { maxIterations: 8 });
      if (degenerate !== null) return;
      const all = posterior(parameters, points, 0, 50, { withResponsibilities: true });
      expect(all.responsibilities).toEqual(start);
      for (const [from, to] of [
        [0, 1],
        [7, 20],
        [49, 50],
      ]) {
        const some = posterior(parameters, points, from, to);
        expect(some.cluster).toEqual(all.cluster.slice(from, to));
        expect(some.runnerUp).toEqual(all.runnerUp.slice(from, to));
        expect(some.probability).toEqual(all.probability.slice(from, to));
        expect(some.uncertainty).toEqual(all.uncertainty.slice(from, to));
      }
      for (let i = 0; i < 50; i++) {
        const own = start.subarray(i * k, (i + 1) * k);
        expect(all.probability[i]).toBe(Math.max(...own));
        expect(all.probability[i] + all.uncertainty[i]).toBeCloseTo(1, 12);
        if (k === 1) expect(all.runnerUp[i]).toBe(0);
        else expect(own[all.runnerUp[i]]).toBe(Array.from(own).sort((a, b) => b - a)[1]);
      }
    }),
    { numRuns: 40 },
  );
});

it('does the same over several blocks of rows', () => {
  const { points, start } = drawMixture(1, 2500, 3, 3);
  const { parameters } = em(points, null, start, 3, 'VVV', { maxIterations: 5 });
  const found = posterior(parameters, points);
  const labels = Int32Array.from({ length: 2500 }, (_, i) => {
    const own = Array.from(start.subarray(3 * i, 3 * i + 3));
    return own.indexOf(Math.max(...own));
  });
  expect(found.cluster).toEqual(labels);
  expect(found.responsibilities).toBeUndefined();
});

it('finds the most probable components without the posteriors, the first of equals, too', () => {
  const near = fc.constantFrom(0, 1e-17, 1e-16, 1e-15, 1e-12, 1e-8, 1);
  fc.assert(
    fc.property(fc.nat(1e5), fc.integer({ min: 1, max: 5 }), fc.array(near, { minLength: 5, maxLength: 5 }), fc.boolean(), (at, k, apart, round) => {
      const { points } = drawMixture(at, 40, 2, 3);
      // Components that are almost the same one.
      const parameters: MixtureParameters = {
        model: 'EII',
        k,
        cols: 2,
        proportions: new Float64Array(k).fill(1 / k),
        means: Float64Array.from({ length: 2 * k }, (_, m) => apart[m >> 1]),
        covariances: Float64Array.from({ length: 4 * k }, (_, m) => (m % 4 === 0 || m % 4 === 3 ? 1 + (round ? 0 : apart[m >> 2]) : 0)),
      };
      expect(mostProbable(parameters, points)).toEqual(posterior(parameters, points).cluster);
    }),
    { numRuns: 200 },
  );
  // Logarithms about 0 are not the same where their posteriors are: here they differ by 1e-17.
  const narrow = 1 / (4 * Math.PI);
  const twins: MixtureParameters = {
    model: 'EII',
    k: 2,
    cols: 2,
    proportions: Float64Array.of(0.5, 0.5),
    means: Float64Array.of(2e-9, 0, 0, 0),
    covariances: Float64Array.of(narrow, 0, 0, narrow, narrow, 0, 0, narrow),
  };
  expect(Array.from(mostProbable(twins, pointsOf([[0, 0]])))).toEqual([0]);
  expect(Array.from(posterior(twins, pointsOf([[0, 0]])).cluster)).toEqual([0]);
  const { points, start } = drawMixture(2, 2500, 3, 3);
  const { parameters } = em(points, null, start, 3, 'VVV', { maxIterations: 5 });
  expect(mostProbable(parameters, points)).toEqual(posterior(parameters, points).cluster);
});

it('the log-likelihood is the sum of log densities, weights counting', () => {
  const normal = (x: number): number => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const density = (x: number): number => 0.5 * normal(x) + 0.5 * normal(x - 3);
  const expected = Math.log(density(0.5)) + 4 * Math.log(density(2));
  expect(logLikelihoodOf(twoOnALine(3), pointsOf([[0.5], [2]]), Float64Array.of(1, 4))).toBeCloseTo(expected, 12);
});

it('equals the density written out for full covariances', () => {
  const covariances = Float64Array.of(2, 0.6, 0.6, 1);
  const parameters = {
    model: 'EEE',
    k: 1,
    cols: 2,
    proportions: Float64Array.of(1),
    means: Float64Array.of(1, -1),
    covariances,
  } as const;
  // (x - m) = (1, 2): Mahalanobis (1·1 + 2·4 − 2·0.6·2) / (2 − 0.36).
  const expected = -0.5 * ((1 + 8 - 2.4) / 1.64) - 0.5 * Math.log(1.64) - Math.log(2 * Math.PI);
  expect(logLikelihoodOf(parameters, pointsOf([[2, 1]]))).toBeCloseTo(expected, 13);
});

it('refuses covariances without a density and rows out of reach', () => {
  const singular = { ...twoOnALine(1), covariances: Float64Array.of(1, 0) };
  expect(() => posterior(singular, pointsOf([[0]]))).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  for (const assigned of [posterior, mostProbable])
    expect(() => assigned(twoOnALine(1), pointsOf([[1e200]]))).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  expect(posterior(twoOnALine(1), pointsOf([[-1e9], [1e9]])).cluster).toEqual(Int32Array.of(0, 1));
});
