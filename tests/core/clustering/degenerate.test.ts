import fc from 'fast-check';
import { COVARIANCE_MODELS, LINKAGES, type CandidateSpec } from '../../../src/contracts/algorithms';
import { PipelineError } from '../../../src/contracts/errors';
import { modelingConfig } from '../../../src/config/modeling';
import { canonicalJson } from '../../../src/core/audit';
import { assign, clustersOf } from '../../../src/core/clustering/assign';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { toPoints, type Points } from '../../../src/core/clustering/points';
import { fitterOf, optionsOf } from '../../../src/core/selection/fitters';
import type { FitShared } from '../../../src/core/selection/fit-task';
import { fitTask } from '../../../src/core/selection/fit-task';
import { matrixOf } from './data';

const modeling = modelingConfig.parse({ restarts: 3, mixture: { starts: 2 } });
const limits = { min: 2, max: 8 };

/** Every algorithm, each with k where it takes one. */
const ALGORITHMS: readonly (readonly [string, (k: number) => CandidateSpec])[] = [
  ['k-means', (k) => ({ algorithm: 'kmeans', k })],
  ...LINKAGES.map((linkage) => [linkage, (k: number): CandidateSpec => ({ algorithm: 'hierarchical', linkage, k })] as const),
  ...COVARIANCE_MODELS.map((model) => [`mixture ${model}`, (k: number): CandidateSpec => ({ algorithm: 'mixture', model, k })] as const),
  ['HDBSCAN', (k) => ({ algorithm: 'density', method: 'hdbscan', minClusterSize: k + 1, minSamples: 2 })],
  ['DBSCAN', (k) => ({ algorithm: 'density', method: 'dbscan', eps: 0.5 * k, minSamples: 3 })],
];

const COLS = 3;
type Row = readonly number[];
const value = fc.integer({ min: -40, max: 40 }).map((n) => n / 8);
const row = fc.tuple(value, value, value);
const rows = (least: number, most: number): fc.Arbitrary<Row[]> => fc.array(row, { minLength: least, maxLength: most });

/** What may be wrong with data, each with how many clusters are asked for. */
const CASES: Readonly<Record<string, fc.Arbitrary<{ readonly rows: readonly Row[]; readonly k: number }>>> = {
  'n = 0': fc.record({ rows: fc.constant([]), k: fc.integer({ min: 1, max: 4 }) }),
  'n = 1': fc.record({ rows: rows(1, 1), k: fc.integer({ min: 1, max: 4 }) }),
  'k > n': rows(1, 4).chain((drawn) => fc.record({ rows: fc.constant(drawn), k: fc.integer({ min: drawn.length + 1, max: 8 }) })),
  'a constant column': fc.record({ rows: fc.tuple(rows(2, 24), value).map(([drawn, same]) => drawn.map(([a, b]) => [a, same, b])), k: fc.integer({ min: 1, max: 4 }) }),
  'identical rows': fc.record({ rows: fc.tuple(row, fc.integer({ min: 2, max: 24 })).map(([same, n]) => Array.from({ length: n }, () => same)), k: fc.integer({ min: 1, max: 4 }) }),
  'collinear rows': fc.record({ rows: fc.array(value, { minLength: 2, maxLength: 24 }).map((drawn) => drawn.map((x) => [x, 2 * x, 1 - 3 * x])), k: fc.integer({ min: 1, max: 4 }) }),
  'few different rows': fc.record({ rows: fc.array(fc.tuple(fc.nat(1), fc.nat(2), fc.nat(1)), { minLength: 2, maxLength: 30 }), k: fc.integer({ min: 1, max: 4 }) }),
};

/** Numbers of a value, however deep, that are none. */
const notNumbers = (found: unknown): number[] => {
  if (typeof found === 'number') return Number.isNaN(found) ? [found] : [];
  if (ArrayBuffer.isView(found)) return Array.from(found as Float64Array).filter(Number.isNaN);
  return typeof found === 'object' && found !== null ? Object.values(found).flatMap(notNumbers) : [];
};

const pointsOf = (drawn: readonly Row[]): Points => toPoints(matrixOf(drawn, COLS));

/** A solution, a reason, or a code: whichever, it is defined, can be stored, and gives every row a cluster or none. */
function expectDefined(spec: CandidateSpec, points: Points): 'solution' | 'reason' | 'code' {
  const shared: FitShared = { sample: points, all: null, options: optionsOf(modeling, limits, ['a', 'b', 'c']) };
  let found: ReturnType<typeof fitTask>[number];
  try {
    [found] = fitTask([spec], shared, plainKernel);
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError);
    return 'code';
  }
  expect(notNumbers(found)).toEqual([]);
  const { solution, failure } = found;
  if (solution === null) {
    expect(failure).toMatch(/\w+/);
    return 'reason';
  }
  expect(() => canonicalJson(solution)).not.toThrow();
  const k = clustersOf(solution);
  const model = { solution, sizes: found.sizes, inertia: found.inertia ?? 0 };
  for (const scored of [points, pointsOf([[0, 0, 0], [50, -50, 7]])]) {
    const assigned = assign(model, scored);
    expect(notNumbers(assigned)).toEqual([]);
    for (const cluster of assigned.cluster) expect(cluster >= -1 && cluster < k).toBe(true);
    for (const probability of assigned.probability) expect(probability >= 0 && probability <= 1).toBe(true);
  }
  return 'solution';
}

describe.each(ALGORITHMS)('%s', (_, specOf) => {
  it.each(Object.entries(CASES))('with %s has a defined result or a code', (_name, drawn) => {
    fc.assert(
      fc.property(drawn, ({ rows: own, k }) => {
        expectDefined(specOf(k), pointsOf(own));
      }),
      { seed: 11, numRuns: 15 },
    );
  });

  it('refits such rows to a solution or none', () => {
    const { algorithm } = specOf(2);
    fc.assert(
      fc.property(fc.oneof(...Object.values(CASES)), ({ rows: own, k }) => {
        const points = pointsOf(own);
        const weights = algorithm === 'kmeans' || algorithm === 'hierarchical' ? new Float64Array(points.rows).fill(1) : null;
        try {
          expect(notNumbers(fitterOf(algorithm).refit([specOf(k)], points, weights, 0, optionsOf(modeling, limits, ['a', 'b', 'c']), plainKernel))).toEqual([]);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.any(String) as string });
        }
      }),
      { seed: 11, numRuns: 30 },
    );
  });
});

it('where there are rows to spare the result is a solution, not a refusal', () => {
  const spread = Array.from({ length: 40 }, (_, i): Row => [(i % 2) * 20 + Math.sin(i * 3.7), Math.cos(i * 1.3), Math.sin(i * 5.1)]);
  for (const [, specOf] of ALGORITHMS) expect(expectDefined(specOf(2), pointsOf(spread))).toBe('solution');
});
