import type { Algorithm } from '../../../src/contracts/algorithms';
import type { Contender } from '../../../src/contracts/selection';
import { modelingConfig } from '../../../src/config/modeling';
import { compareFinalists } from '../../../src/core/selection/between';
import { decide } from '../../../src/core/selection/decide';
import { candidate } from './candidates';

const modeling = modelingConfig.parse({});
const limits = { min: 2, max: 8 };

function contender(algorithm: Algorithm, outOfBag: readonly number[], { permuted = outOfBag.map(() => 0), unassigned = 0 } = {}): Contender {
  return {
    algorithm,
    rule: `rule of ${algorithm}`,
    candidates: [{ ...candidate(4, { algorithm, unassigned, meanJaccard: 0.9 }), status: 'finalist', why: '4 clusters: best.' }],
    finalist: { candidate: 0, reproduced: true, outOfBag, permuted, solution: { kind: 'centroids', centroids: [[0]] } },
    none: null,
    evidence: [],
    sample: { customers: 1000, rows: 1000, resamples: outOfBag.length },
    warnings: [`warning of ${algorithm}`],
  };
}
const outcomes = (contenders: readonly Contender[]) => compareFinalists(contenders).map(({ algorithm, outcome }) => [algorithm, outcome]);

it('the best out-of-bag score wins where the difference is above one paired standard error', () => {
  expect(outcomes([contender('kmeans', [0.5, 0.6, 0.7]), contender('mixture', [0.6, 0.7, 0.79])])).toEqual([
    ['mixture', 'chosen'],
    ['kmeans', 'lost'],
  ]);
});

it('what the algorithm finds in permuted data is taken off', () => {
  const slicing = contender('kmeans', [0.9, 0.92, 0.9], { permuted: [0.6, 0.6, 0.6] });
  const honest = contender('hierarchical', [0.7, 0.72, 0.7], { permuted: [0.1, 0.1, 0.1] });
  expect(compareFinalists([slicing, honest])[0]).toMatchObject({ algorithm: 'hierarchical', score: expect.closeTo(0.6067, 3) as number, outcome: 'chosen' });
});

it('a difference below one paired standard error is a tie: the earlier algorithm in the order is taken', () => {
  const mixture = contender('mixture', [0.6, 0.8, 0.7]);
  // Differences −0.2, 0.25, 0.05: mean 0.033, standard error 0.13.
  const kmeans = contender('kmeans', [0.8, 0.55, 0.65]);
  expect(outcomes([mixture, kmeans])).toEqual([
    ['kmeans', 'chosen'],
    ['mixture', 'tie'],
  ]);
  // The same difference in every resample is no tie, however small.
  expect(outcomes([contender('kmeans', [0.6, 0.8, 0.7]), contender('mixture', [0.61, 0.81, 0.71])])[0]).toEqual(['mixture', 'chosen']);
});

it('among tied ones the share of customers assigned goes before the order', () => {
  const density = contender('density', [0.7, 0.7, 0.7]);
  const leaving = contender('kmeans', [0.7, 0.7, 0.7], { unassigned: 0.1 });
  expect(outcomes([leaving, density])).toEqual([
    ['density', 'chosen'],
    ['kmeans', 'tie'],
  ]);
});

it('the decision carries the winner, every candidate with its fate, and algorithms that had nothing to offer', () => {
  const none: Contender = { ...contender('density', []), finalist: null, none: 'no dense cluster is found with any of the parameters' };
  const report = decide([contender('kmeans', [0.5, 0.5]), contender('hierarchical', [0.8, 0.8]), none], limits, modeling);
  expect(report).toMatchObject({ chosen: { algorithm: 'hierarchical', k: 4 }, rule: 'rule of hierarchical', warnings: ['warning of hierarchical'] });
  expect(report.withoutFinalist).toEqual([{ algorithm: 'density', why: 'no dense cluster is found with any of the parameters' }]);
  expect(report.candidates.map(({ algorithm, status }) => [algorithm, status])).toEqual([
    ['kmeans', 'finalist'],
    ['hierarchical', 'chosen'],
    ['density', 'finalist'],
  ]);
  expect(report.why).toMatch(/^4 personas, by hierarchical against the best of 1 other algorithm, because/);
});

it('no acceptable candidate of any algorithm is NO_ACCEPTABLE_MODEL, with the reason of each', () => {
  const nothing = (algorithm: Algorithm): Contender => ({ ...contender(algorithm, []), finalist: null, none: `nothing from ${algorithm}` });
  expect(() => decide([nothing('kmeans'), nothing('density')], limits, modeling)).toThrow(
    expect.objectContaining({ code: 'NO_ACCEPTABLE_MODEL', message: expect.stringContaining('k-means: nothing from kmeans; density: nothing from density') as string }),
  );
});
