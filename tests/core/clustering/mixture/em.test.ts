import fc from 'fast-check';
import { em, emFrom, type EmOptions } from '../../../../src/core/clustering/mixture/em';
import { logLikelihoodOf } from '../../../../src/core/clustering/mixture/posterior';
import { COVARIANCE_MODELS, type CovarianceModel, type EmOutcome } from '../../../../src/core/clustering/mixture/types';
import { drawMixture, hard, largestDifference, pointsOf, type Drawn } from './data';

const models = COVARIANCE_MODELS.map((model) => [model] as const);

interface Fit extends EmOutcome {
  readonly z: Float64Array;
}
/** EM from a copy of the start. */
function fit(
  { points, start, k }: Pick<Drawn, 'points' | 'start' | 'k'>,
  model: CovarianceModel,
  options?: EmOptions,
  weights: Float64Array | null = null,
): Fit {
  const z = start.slice();
  return { ...em(points, weights, z, k, model, options), z };
}

const cases = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  n: fc.integer({ min: 60, max: 130 }),
  d: fc.integer({ min: 1, max: 4 }),
  k: fc.integer({ min: 1, max: 3 }),
});
const drawn = cases.map(({ seed, n, d, k }) => drawMixture(seed, n, d, k));

describe.each(models)('%s', (model) => {
  it('raises the likelihood in every iteration, and ends with that of its parameters and posteriors that sum to 1', () => {
    fc.assert(
      fc.property(drawn, (data) => {
        const course: number[] = [];
        const result = fit(data, model, { maxIterations: 40, onIteration: (_, value) => course.push(value) });
        for (let i = 1; i < course.length; i++)
          expect(course[i]).toBeGreaterThanOrEqual(course[i - 1] - 1e-10 * (1 + Math.abs(course[i])));
        if (result.degenerate !== null) return;
        expect(result.logLikelihood).toBe(course.at(-1));
        expect(logLikelihoodOf(result.parameters, data.points)).toBe(result.logLikelihood);
        for (let i = 0; i < data.points.rows; i++) {
          const sum = result.z.subarray(i * data.k, (i + 1) * data.k).reduce((total, value) => total + value, 0);
          expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes on from its own parameters without loss of likelihood', () => {
    fc.assert(
      fc.property(drawn, (data) => {
        const first = fit(data, model, { maxIterations: 5 });
        if (first.degenerate !== null) return;
        const further = emFrom(data.points, null, first.parameters, { maxIterations: 3 });
        expect(further.logLikelihood).toBeGreaterThanOrEqual(
          first.logLikelihood - 1e-10 * Math.abs(first.logLikelihood),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('counts a row of weight w like w equal rows', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 0, max: 99 }), ({ rows, start, k, points }, shift) => {
        const weights = Float64Array.from(rows, (_, i) => 1 + ((i * 7 + shift) % 3));
        const index = rows.flatMap((_, i) => new Array<number>(weights[i]).fill(i));
        const repeated = {
          k,
          points: pointsOf(index.map((i) => rows[i])),
          start: Float64Array.from(index.flatMap((i) => Array.from(start.subarray(i * k, (i + 1) * k)))),
        };
        const weighted = fit({ points, start, k }, model, { maxIterations: 10 }, weights);
        const plain = fit(repeated, model, { maxIterations: 10 });
        expect(weighted.degenerate?.kind).toBe(plain.degenerate?.kind);
        if (plain.degenerate !== null) return;
        expect(Math.abs(weighted.logLikelihood - plain.logLikelihood)).toBeLessThan(
          1e-7 * Math.abs(plain.logLikelihood),
        );
        expect(largestDifference(weighted.parameters.means, plain.parameters.means)).toBeLessThan(1e-6);
        expect(largestDifference(weighted.parameters.covariances, plain.parameters.covariances)).toBeLessThan(1e-6);
      }),
      { numRuns: 10 },
    );
  });

  it('does not depend on the order of rows or components', () => {
    const data = drawMixture(3, 90, 3, 3);
    const { rows, start, k } = data;
    const order = rows.map((_, i) => (i * 37 + 11) % rows.length);
    const relabel = [2, 0, 1];
    const other = fit(
      {
        k,
        points: pointsOf(order.map((i) => rows[i])),
        start: Float64Array.from(order.flatMap((i) => relabel.map((c) => start[i * k + c]))),
      },
      model,
      { tolerance: 1e-12 },
    );
    const one = fit(data, model, { tolerance: 1e-12 });
    expect(one.degenerate).toBeNull();
    expect(Math.abs(one.logLikelihood - other.logLikelihood)).toBeLessThan(1e-8 * Math.abs(one.logLikelihood));
    const back = Float64Array.from(other.z.length === 0 ? [] : one.z);
    order.forEach((i, at) => relabel.forEach((c, to) => (back[i * k + c] = other.z[at * k + to])));
    expect(largestDifference(one.z, back)).toBeLessThan(1e-4);
  });

  it('with one component gives the mean and the covariance (denominator n) of the rows, in the form of the model', () => {
    const { points, rows } = drawMixture(8, 80, 3, 1);
    const mean = [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
    const full = [0, 1, 2].flatMap((j) =>
      [0, 1, 2].map((l) => rows.reduce((sum, row) => sum + (row[j] - mean[j]) * (row[l] - mean[l]), 0) / rows.length),
    );
    const average = (full[0] + full[4] + full[8]) / 3;
    const diagonal = full.map((value, at) => (at % 4 === 0 ? (model[1] === 'I' ? average : value) : 0));
    const expected = model[2] === 'I' ? diagonal : full;
    const result = em(points, null, new Float64Array(rows.length).fill(1), 1, model);
    expect(result).toMatchObject({ converged: true, iterations: 2, degenerate: null });
    expect(largestDifference(result.parameters.means, mean)).toBeLessThan(1e-12);
    expect(largestDifference(result.parameters.covariances, expected)).toBeLessThan(1e-11);
    expect(Array.from(result.parameters.proportions)).toEqual([1]);
  });

  it('shifts the log-likelihood by -n log s per column when all columns are multiplied by s', () => {
    const data = drawMixture(21, 120, 3, 2);
    const one = fit(data, model);
    const other = fit({ ...data, points: pointsOf(data.rows.map((row) => row.map((value) => 250 * value))) }, model);
    expect(other.logLikelihood + 120 * 3 * Math.log(250)).toBeCloseTo(one.logLikelihood, 5);
  });
});

it.each(['EEI', 'VEI', 'EVI', 'VVI', 'EEE', 'VEE', 'EVV', 'VVV'] as const)(
  '%s does not depend on the units of the columns',
  (model) => {
    const data = drawMixture(22, 120, 3, 2);
    const units = [1e-3, 1, 40];
    const points = pointsOf(data.rows.map((row) => row.map((value, j) => value * units[j])));
    const shift = 120 * units.reduce((sum, unit) => sum + Math.log(unit), 0);
    // A tolerance relative to the likelihood ends a little earlier or later in other units.
    const exactly = { tolerance: 1e-13 };
    expect(fit({ ...data, points }, model, exactly).logLikelihood + shift).toBeCloseTo(
      fit(data, model, exactly).logLikelihood,
      6,
    );
  },
);

const NESTED: readonly (readonly [CovarianceModel, CovarianceModel])[] = [
  ['EII', 'VII'],
  ['EII', 'EEI'],
  ['VII', 'VEI'],
  ['EEI', 'VEI'],
  ['EEI', 'EVI'],
  ['VEI', 'VVI'],
  ['EVI', 'VVI'],
  ['EEI', 'EEE'],
  ['VEI', 'VEE'],
  ['EVI', 'EVE'],
  ['VVI', 'VVE'],
  ['EEE', 'VEE'],
  ['EEE', 'EVE'],
  ['EEE', 'EEV'],
  ['VEE', 'VVE'],
  ['VEE', 'VEV'],
  ['EVE', 'VVE'],
  ['EVE', 'EVV'],
  ['EEV', 'VEV'],
  ['EEV', 'EVV'],
  ['VEV', 'VVV'],
  ['EVV', 'VVV'],
  ['VVE', 'VVV'],
];
it.each(NESTED)('%s is nested in %s: from its solution the larger model only gains', (smaller, larger) => {
  fc.assert(
    fc.property(drawn, (data) => {
      const first = fit(data, smaller);
      if (first.degenerate !== null) return;
      const second = emFrom(data.points, null, { ...first.parameters, model: larger }, { maxIterations: 1 });
      if (second.degenerate !== null) return;
      expect(second.logLikelihood).toBeGreaterThanOrEqual(first.logLikelihood - 1e-9 * Math.abs(first.logLikelihood));
    }),
    { numRuns: 25 },
  );
});

it('recovers the parameters that rows were drawn with', () => {
  const data = drawMixture(5, 30_000, 3, 2);
  const truth = hard(
    data.rows.map((_, i) => i % 2),
    2,
  );
  const known = fit({ ...data, start: truth }, 'VVV', { maxIterations: 1 });
  const found = fit(data, 'VVV');
  expect(found.converged).toBe(true);
  expect(largestDifference(found.parameters.means, known.parameters.means)).toBeLessThan(0.05);
  expect(largestDifference(found.parameters.covariances, known.parameters.covariances)).toBeLessThan(0.05);
});

it('gives the same bytes twice, and says where the limit of iterations came first', () => {
  const data = drawMixture(6, 3000, 4, 3);
  const [one, two] = [fit(data, 'VVE'), fit(data, 'VVE')];
  expect(one.z).toEqual(two.z);
  expect(one.parameters).toEqual(two.parameters);
  expect(fit(data, 'VVE', { maxIterations: 2 })).toMatchObject({ converged: false, iterations: 2 });
});

it('refuses fewer rows than components and values that are not finite', () => {
  const points = pointsOf([[1], [2]]);
  const start = new Float64Array(6).fill(1 / 3);
  expect(() => em(points, null, start, 3, 'EII')).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  expect(() => em(points, null, start, 0, 'EII')).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  for (const bad of [NaN, Infinity, 1e200]) {
    const rows = pointsOf([[1], [bad], [3]]);
    expect(() => em(rows, null, new Float64Array(3).fill(1), 1, 'EII')).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE' }),
    );
  }
});
