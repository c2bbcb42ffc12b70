import type { StoredMixture } from '../../../src/contracts/model';
import type { PersonasReport } from '../../../src/contracts/personas';
import type { AssigningModel } from '../../../src/core/clustering/assign';
import { dbscan } from '../../../src/core/clustering/density/dbscan';
import { dbscanModel } from '../../../src/core/clustering/density/model';
import { toPoints } from '../../../src/core/clustering/points';
import { compareFit, place } from '../../../src/core/drift/placement';
import { normal, random } from '../../support/drift-trials';

const PERSONAS = [{ cluster: 0, key: 'psn_a', name: 'Left' }, { cluster: 1, key: 'psn_b', name: 'Right' }] as unknown as PersonasReport['personas'];
const CENTRES = [[-5, 0], [5, 0]];
const centroids: AssigningModel = { solution: { kind: 'centroids', centroids: CENTRES }, sizes: [500, 500], inertia: 2000 };
const UNIT = [[1, 0], [0, 1]];
const stored: StoredMixture = { model: 'VVV', proportions: [0.5, 0.5], means: CENTRES, covariances: [UNIT, UNIT] };
const mixture: AssigningModel = { ...centroids, solution: { kind: 'mixture', mixture: stored } };

/** Rows of the two clusters in turn; every `strange`-th lies between them, far from both. */
function rows(n: number, seed: number, strange = Infinity) {
  const source = random(seed);
  const values = Float64Array.from({ length: 2 * n }, (_, cell) => {
    const row = cell >> 1;
    return (cell % 2 === 0 && row % strange !== 0 ? CENTRES[row % 2][0] : 0) + normal(source);
  });
  return toPoints({ rows: n, cols: 2, names: ['a', 'b'], values });
}

it.each([['distance', centroids], ['density', mixture]] as const)('takes a hundredth of the reference itself as far (%s), and finds those that came', (measure, model) => {
  const reference = place(model, rows(2000, 1));
  const same = compareFit(model.solution, PERSONAS, reference, reference);
  expect(same.far).toEqual({ measure, reference: 0.01, current: 0.01 });
  expect(compareFit(model.solution, PERSONAS, reference, place(model, rows(2000, 2))).far.current).toBeLessThan(0.02);
  // a tenth lies in the middle
  const { far } = compareFit(model.solution, PERSONAS, reference, place(model, rows(2000, 2, 10)));
  expect(far.current).toBeGreaterThan(0.09);
  expect(far.current).toBeLessThan(0.13);
});

it('measures the density of a mixture', () => {
  // at one centre: ln(0.5 / (2 π)); the other lies 10 away and adds nothing
  const at = toPoints({ rows: 2, cols: 2, names: [], values: Float64Array.of(-5, 0, 5, 0) });
  const { cluster, farness } = place(mixture, at);
  expect([...cluster]).toEqual([0, 1]);
  expect(farness[0]).toBeCloseTo(-Math.log(0.5 / (2 * Math.PI)), 12);
});

it('takes a row without a density in floating point as infinitely far, where assigning would fail', () => {
  const beyond = toPoints({ rows: 1, cols: 2, names: [], values: Float64Array.of(1e200, 0) });
  expect([...place(mixture, beyond).farness]).toEqual([Infinity]);
});

it('counts those in no dense region as far, against those of the reference', () => {
  const points = rows(400, 3);
  const options = { eps: 1, minSamples: 8 };
  const model: AssigningModel = { ...centroids, solution: { kind: 'density', density: dbscanModel(points, dbscan(points, options), options) } };
  const reference = place(model, rows(400, 3));
  const { far, unassigned } = compareFit(model.solution, PERSONAS, reference, place(model, rows(400, 4, 4)));
  expect(far).toEqual({ measure: 'unassigned', ...unassigned });
  expect(far.current).toBeGreaterThan(far.reference + 0.2);
});

it('gives the share of every persona on either day, and its name', () => {
  const now = place(centroids, rows(2000, 2, 4));
  const { personas, unassigned } = compareFit(centroids.solution, PERSONAS, place(centroids, rows(2000, 1)), now);
  expect(personas.map(({ cluster, key, name, reference }) => [cluster, key, name, reference])).toEqual([[0, 'psn_a', 'Left', 0.5], [1, 'psn_b', 'Right', 0.5]]);
  expect(personas[0].current).toBe([...now.cluster].filter((c) => c === 0).length / 2000);
  expect(unassigned).toEqual({ reference: 0, current: 0 });
});

it('places a row the same in any range', () => {
  for (const model of [centroids, mixture]) {
    const points = rows(3000, 5);
    expect(place(model, points, 1500, 1510)).toEqual({ cluster: place(model, points).cluster.slice(1500, 1510), farness: place(model, points).farness.slice(1500, 1510) });
  }
});
