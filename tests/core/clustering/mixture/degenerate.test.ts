import fc from 'fast-check';
import { degenerateOf } from '../../../../src/core/clustering/mixture/collapse';
import { em } from '../../../../src/core/clustering/mixture/em';
import {
  COVARIANCE_MODELS,
  type EmOutcome,
  type MixtureParameters,
} from '../../../../src/core/clustering/mixture/types';
import { PipelineError } from '../../../../src/contracts/errors';
import { normals, testStream } from '../data';
import { drawMixture, hard, pointsOf } from './data';

const models = COVARIANCE_MODELS.map((model) => [model] as const);

/** Nothing of an outcome is NaN or, but for the likelihood of one that never began, infinite. */
function expectFinite({ parameters, logLikelihood, degenerate }: EmOutcome, z: Float64Array): void {
  for (const part of [parameters.proportions, parameters.means, parameters.covariances, z])
    expect(part.every(Number.isFinite)).toBe(true);
  if (degenerate === null) expect(Number.isFinite(logLikelihood)).toBe(true);
  else expect(Number.isNaN(logLikelihood)).toBe(false);
}

/** Half of the rows have bought once: column 1 is 0 there, and 1, 2, … elsewhere. */
function counts(seed: number, n = 400): number[][] {
  const random = testStream(seed);
  const normal = normals(random);
  return Array.from({ length: n }, (_, i) => {
    const count = i % 2 === 0 ? 0 : 1 + random.integer(20);
    return [normal() + 0.2 * count, Math.log1p(count), normal()];
  });
}

type Counts = [number, number, number];
const RUNAWAY: [Counts[], number, number][] = [
  [
    [
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [0, 2, 0],
    ],
    3,
    996,
  ],
  [
    [
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 0],
      [0, 1, 0],
    ],
    3,
    994,
  ],
];

describe.each(models)('%s', (model) => {
  const [, shape, orientation] = model;
  const square = [0, 1, 2, 3, 4, 5];
  it.each([
    ['identical rows', square.map(() => [1, 2]), { hard: true, soft: true }],
    ['collinear rows', square.map((x) => [x, 2 * x]), { hard: orientation !== 'I', soft: orientation !== 'I' }],
    // Round components do not mind a column in which they are flat.
    ['a constant column', square.map((x) => [x * x, 5]), { hard: shape !== 'I', soft: shape !== 'I' }],
    // From a start that tells the components apart; else they stay the same one.
    [
      'as many rows as components',
      [
        [0, 1],
        [3, 5],
      ],
      { hard: true, soft: orientation !== 'I' },
    ],
  ])('ends with a result where there are %s, proper or not as the model has it', (_, rows, degenerate) => {
    const labels = rows.map((_row, i) => (i < rows.length / 2 ? 0 : 1));
    const starts = { hard: hard(labels, 2), soft: new Float64Array(rows.length * 2).fill(0.5) };
    for (const name of ['hard', 'soft'] as const) {
      const outcome = em(pointsOf(rows), null, starts[name], 2, model);
      expectFinite(outcome, starts[name]);
      expect(outcome.degenerate !== null).toBe(degenerate[name]);
    }
  });

  it('never gives a number that is not one, whatever small counts it is given', () => {
    const rows = fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(1)), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 3 }), fc.nat(999), (drawn, k, seed) => {
        const random = testStream(seed);
        const z =
          seed % 2 === 0
            ? hard(
                drawn.map(() => random.integer(k)),
                k,
              )
            : new Float64Array(drawn.length * k).fill(1 / k);
        const outcome = em(pointsOf(drawn), null, z, k, model, { maxIterations: 60 });
        expectFinite(outcome, z);
      }),
      // Volumes and shape ran away from each other here.
      { numRuns: 60, examples: RUNAWAY },
    );
  });
});

it.each(['VVI', 'VVV', 'VVE', 'EVV', 'VEV'] as const)(
  '%s: a component on one value of a count is found, with its column',
  (model) => {
    const rows = counts(4);
    const z = hard(
      rows.map((row) => (row[1] < 1.5 ? 0 : 1)),
      2,
    );
    const { degenerate } = em(pointsOf(rows), null, z, 2, model);
    expect(degenerate).toMatchObject({ kind: 'tied values', component: 0, column: 1 });
    expect(degenerate?.evidence).toMatch(/^(200|199) rows share one value$/);
  },
);

it('EEE and EEI may have a component that has bought once: it gains nothing from the tie', () => {
  const rows = counts(4);
  for (const model of ['EEE', 'EEI'] as const) {
    const z = hard(
      rows.map((row) => (row[1] === 0 ? 0 : 1)),
      2,
    );
    expect(em(pointsOf(rows), null, z, 2, model).degenerate).toBeNull();
  }
});

it('EEE and EEI collapse where every component sits on a value of its own', () => {
  const rows = counts(4).map(([a, b, c]) => [a, b > 0 ? 1 : 0, c]);
  for (const model of ['EEE', 'EEI'] as const) {
    const z = hard(
      rows.map((row) => row[1]),
      2,
    );
    expect(em(pointsOf(rows), null, z, 2, model).degenerate).toMatchObject({
      kind: 'singular',
      component: 0,
      column: 1,
    });
  }
});

it('a component on a line that is no column is collapsed, with the column that has most of the direction', () => {
  const normal = normals(testStream(9));
  const rows = Array.from({ length: 300 }, (_, i) => {
    const [a, b, c] = [normal(), normal(), normal()];
    return i % 3 === 0 ? [a + 9, a + 9 + 1e-5 * b, c] : [a, b, c];
  });
  const z = hard(
    rows.map((_, i) => (i % 3 === 0 ? 1 : 0)),
    2,
  );
  const { degenerate } = em(pointsOf(rows), null, z, 2, 'VVV');
  expect(degenerate).toMatchObject({ kind: 'collapsed', component: 1 });
  expect([0, 1]).toContain(degenerate?.column);
});

it('the units of a column do not matter: what is narrow is narrow beside the data', () => {
  const { rows, start, k } = drawMixture(12, 200, 3, 2);
  for (const units of [
    [1, 1, 1],
    [1e-8, 1, 1e6],
  ]) {
    const points = pointsOf(rows.map((row) => row.map((value, j) => units[j] * value)));
    expect(em(points, null, start.slice(), k, 'VVV').degenerate).toBeNull();
  }
});

it('the floor can be moved: a narrow component is a matter of degree', () => {
  const normal = normals(testStream(2));
  const rows = Array.from({ length: 200 }, (_, i) =>
    i % 2 === 0 ? [normal(), normal()] : [5 + 0.002 * normal(), normal()],
  );
  const start = hard(
    rows.map((_, i) => i % 2),
    2,
  );
  const fitWith = (floor: number) => em(pointsOf(rows), null, start.slice(), 2, 'VVV', { floor });
  expect(fitWith(1e-8).degenerate).toBeNull();
  const narrow = { kind: 'collapsed', component: 1, column: 0 };
  // EM does not go on from below the floor.
  expect(fitWith(1e-4)).toMatchObject({
    iterations: 1,
    converged: false,
    logLikelihood: -Infinity,
    degenerate: narrow,
  });
});

it('a component without rows is empty, at the start and at the end', () => {
  const { points } = drawMixture(3, 50, 2, 2);
  const outcome = em(points, null, hard(new Int32Array(50), 2), 2, 'EII');
  expect(outcome.degenerate).toMatchObject({ kind: 'empty', component: 1 });
  const light = new Float64Array(100);
  for (let i = 0; i < 50; i++) light.set([0.99, 0.01], 2 * i);
  const parameters: MixtureParameters = {
    model: 'EII',
    k: 2,
    cols: 2,
    proportions: Float64Array.of(0.99, 0.01),
    means: new Float64Array(4),
    covariances: Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1),
  };
  expect(degenerateOf(parameters, light, points, null)).toMatchObject({ kind: 'empty', component: 1 });
  // The same share of rows that count twice and more is no longer nothing.
  expect(degenerateOf(parameters, light, points, new Float64Array(50).fill(3))).toBeNull();
});

it('one row with a weight is still one row', () => {
  const { rows } = drawMixture(3, 40, 2, 1);
  const points = pointsOf([...rows, [30, 30]]);
  const weights = new Float64Array(41).fill(1);
  weights[40] = 12;
  const z = hard(
    Array.from(weights, (weight) => (weight > 1 ? 1 : 0)),
    2,
  );
  expect(em(points, weights, z, 2, 'VVI').degenerate).toMatchObject({
    kind: 'tied values',
    component: 1,
    evidence: 'a single row',
  });
});

it('more components than rows is refused with a code', () => {
  for (const [model] of models)
    expect(() => em(pointsOf([[1, 2]]), null, new Float64Array(2).fill(0.5), 2, model)).toThrow(PipelineError);
});

it('ties can be allowed: then the floor alone decides', () => {
  const rows = counts(4);
  const fitWith = (tiesAllowed: boolean) => {
    const z = hard(
      rows.map((row) => (row[1] === 0 ? 0 : 1)),
      2,
    );
    return em(pointsOf(rows), null, z, 2, 'VEV', { tiesAllowed }).degenerate;
  };
  expect(fitWith(false)?.kind).toBe('tied values');
  expect(fitWith(true)).toBeNull();
});
