import fc from 'fast-check';
import { dbscan } from '../../../../src/core/clustering/density/dbscan';
import { hdbscan } from '../../../../src/core/clustering/density/hdbscan';
import {
  dbscanModel,
  hdbscanModel,
  reorderDensity,
  type DensityModel,
} from '../../../../src/core/clustering/density/model';
import { createDensityPredictor, predictDensity } from '../../../../src/core/clustering/density/predict';
import type { DensityFit } from '../../../../src/core/clustering/density/types';
import { toPoints } from '../../../../src/core/clustering/points';
import type { Matrix } from '../../../../src/core/linalg/matrix';
import { blobs, matrixOf } from '../data';

/** A model as it comes back from the store. */
const stored = <M extends DensityModel>(model: M): M => JSON.parse(JSON.stringify(model)) as M;

function byHdbscan(x: Matrix, minClusterSize: number, minSamples: number): { fit: DensityFit; model: DensityModel } {
  const points = toPoints(x);
  const options = { minClusterSize, minSamples };
  const fit = hdbscan(points, options);
  return { fit, model: stored(hdbscanModel(points, fit, options)) };
}

function byDbscan(x: Matrix, eps: number, minSamples: number): { fit: DensityFit; model: DensityModel } {
  const points = toPoints(x);
  const options = { eps, minSamples };
  const fit = dbscan(points, options);
  return { fit, model: stored(dbscanModel(points, fit, options)) };
}

/** Three round groups, and rows scattered around and between them. */
const rowsOf = ({ matrix: { rows, cols, values } }: { matrix: Matrix }): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols)));
const groups = blobs(
  [
    [0, 0, 0],
    [12, 0, 0],
    [0, 12, 0],
  ],
  [200, 150, 100],
  1,
);
const matrix = matrixOf([...rowsOf(groups), ...rowsOf(blobs([[4, 4, 0]], [60], 9, 2))]);
const both = [
  ['HDBSCAN', byHdbscan(matrix, 30, 10)],
  ['DBSCAN', byDbscan(matrix, 1.2, 10)],
] as const;

describe.each(both)('%s', (_, { fit, model }) => {
  it('gives the rows of the fit what the fit said of them, exactly', () => {
    expect(fit.k).toBe(3);
    expect(fit.noiseShare).toBeGreaterThan(0);
    const { cluster, probability } = predictDensity(model, toPoints(matrix));
    expect(cluster).toEqual(fit.labels);
    expect(probability).toEqual(fit.probabilities);
  });

  it('one row or all, prepared once or each time, give the same', () => {
    const points = toPoints(matrix);
    const all = predictDensity(model, points);
    const predict = createDensityPredictor(model);
    for (const row of [0, 17, 449]) {
      const one = predict(toPoints(matrix, { rows: [row] }));
      const range = predict(points, row, row + 1);
      for (const name of ['cluster', 'distance', 'runnerUp', 'margin', 'probability'] as const) {
        expect(one[name][0]).toBe(all[name][row]);
        expect(range[name][0]).toBe(all[name][row]);
      }
    }
  });

  it('leaves far rows unassigned, between clusters and beyond, and still names the nearest cluster', () => {
    const far = matrixOf([
      [6, 6, 0],
      [100, 0, 0],
      [0, 1e6, 0],
      [-40, -40, -40],
    ]);
    const { cluster, probability, runnerUp, margin } = predictDensity(model, toPoints(far));
    expect(Array.from(cluster)).toEqual([-1, -1, -1, -1]);
    expect(Array.from(probability)).toEqual([0, 0, 0, 0]);
    expect(Array.from(margin)).toEqual([0, 0, 0, 0]);
    // Sizes order the labels: 0 around the origin, 1 along x, 2 along y.
    expect(Array.from(runnerUp).slice(1)).toEqual([1, 2, 0]);
  });

  it('assigns rows in the middle of a cluster, with the distance to its mean and the nearest other cluster as runner-up', () => {
    const { cluster, distance, runnerUp, margin, probability } = predictDensity(
      model,
      toPoints(
        matrixOf([
          [12.1, 0.1, -0.1],
          [0.1, 11.9, 0.1],
        ]),
      ),
    );
    expect(Array.from(cluster)).toEqual([1, 2]);
    expect(Array.from(runnerUp)).toEqual([0, 0]);
    for (const i of [0, 1]) {
      const mean = model.means[cluster[i]];
      const row = i === 0 ? [12.1, 0.1, -0.1] : [0.1, 11.9, 0.1];
      expect(distance[i]).toBeCloseTo(Math.hypot(...row.map((value, j) => value - mean[j])), 10);
      expect(margin[i]).toBeGreaterThan(30);
      expect(probability[i]).toBeGreaterThan(0.5);
    }
  });

  it('with its clusters in another order says the same under other names', () => {
    const order = Int32Array.of(2, 0, 1);
    const before = predictDensity(model, toPoints(matrix));
    const after = predictDensity(reorderDensity(model, order), toPoints(matrix));
    expect(Array.from(after.cluster, (c) => (c < 0 ? -1 : order[c]))).toEqual(Array.from(before.cluster));
    expect(Array.from(after.runnerUp, (c) => (c < 0 ? -1 : order[c]))).toEqual(Array.from(before.runnerUp));
    expect(after.distance).toEqual(before.distance);
    expect(after.probability).toEqual(before.probability);
  });

  it('refuses rows with other columns or without a number', () => {
    expect(() => predictDensity(model, toPoints(matrixOf([[1, 2]])))).toThrow(
      expect.objectContaining({ code: 'COLUMN_MISSING' }),
    );
    expect(() => predictDensity(model, toPoints(matrixOf([[1, NaN, 2]])))).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE' }),
    );
  });
});

it('a row joins its neighbour at their mutual reachability distance, worked out by hand', () => {
  // Two groups 7 apart, minSamples 2: core distances 1, both groups born at 7, all rows leave at 1.
  const { model } = byHdbscan(matrixOf([[0], [1], [2], [3], [10], [11], [12], [13]]), 3, 2);
  const { cluster, probability, runnerUp, margin } = predictDensity(
    model,
    toPoints(matrixOf([[1.5], [5], [-5.5], [-6]])),
  );
  // 1.5: second row 0.5 away, but row 1 has the core distance 1. 5: nearest rows 3 and 2, so its core distance is 3.
  // −5.5: core distance 6.5 < 7, just connected. −6: core distance 7, no longer.
  expect(Array.from(cluster)).toEqual([0, 0, 0, -1]);
  [1, 1 / 3, 1 / 6.5, 0].forEach((p, i) => expect(probability[i]).toBeCloseTo(p, 12));
  expect(Array.from(runnerUp)).toEqual([1, 1, 1, 0]);
  // 5: row 10 is 5 away, so 5² − 3².
  expect(margin[1]).toBe(16);
});

it('a row nearer to noise than to a cluster is noise, though the cluster is within reach', () => {
  // Both gaps beside the pair are 6.5, so it leaves where the two groups part; 11.5 is 5.5 from the right group.
  const { fit, model } = byHdbscan(matrixOf([[0], [1], [2], [3], [9.5], [10.5], [17], [18], [19], [20]]), 3, 2);
  expect(Array.from(fit.labels)).toEqual([0, 0, 0, 0, -1, -1, 1, 1, 1, 1]);
  const { cluster, runnerUp } = predictDensity(model, toPoints(matrixOf([[11.5], [2.9], [16]])));
  expect(Array.from(cluster)).toEqual([-1, 0, 1]);
  expect(Array.from(runnerUp)).toEqual([1, 1, 0]);
});

it('equals looking at every row of the fit', () => {
  const points = toPoints(matrix);
  const options = { minClusterSize: 30, minSamples: 10 };
  const fit = hdbscan(points, options);
  const others = rowsOf(blobs([[5, 5, 0]], [300], 6, 3));
  const { cluster, runnerUp, margin } = predictDensity(hdbscanModel(points, fit, options), toPoints(matrixOf(others)));
  const rows = rowsOf({ matrix });
  let assigned = 0;
  others.forEach((other, i) => {
    const distances = rows.map((row) => Math.hypot(...row.map((value, j) => value - other[j])));
    const own = [...distances].sort((a, b) => a - b)[9];
    const mutual = distances.map((distance, row) => Math.max(distance, own, fit.coreDistances[row]));
    const nearest = (wanted: (label: number) => boolean): number =>
      rows.reduce((best, _, row) => {
        if (!wanted(fit.labels[row])) return best;
        const isNearer =
          best < 0 || mutual[row] < mutual[best] || (mutual[row] === mutual[best] && distances[row] < distances[best]);
        return isNearer ? row : best;
      }, -1);
    const all = nearest(() => true);
    const label = fit.labels[all];
    const isConnected =
      label >= 0 && (mutual[all] <= fit.exitDistances[all] || mutual[all] < fit.birthDistances[label]);
    expect(cluster[i]).toBe(isConnected ? label : -1);
    const second = nearest((c) => c >= 0 && c !== cluster[i]);
    expect(runnerUp[i]).toBe(fit.labels[second]);
    if (isConnected) {
      assigned++;
      expect(margin[i]).toBeCloseTo(mutual[second] ** 2 - mutual[all] ** 2, 9);
    }
  });
  expect(assigned).toBeGreaterThan(30);
  expect(assigned).toBeLessThan(270);
});

it('a density without clusters assigns nothing and keeps no row', () => {
  for (const { model } of [
    byHdbscan(blobs([[0, 0]], [60], 1).matrix, 20, 10),
    byDbscan(
      matrixOf([
        [0, 0],
        [5, 5],
      ]),
      1,
      2,
    ),
  ]) {
    expect(model).toMatchObject({ k: 0, rows: [], labels: [] });
    const { cluster, probability, runnerUp, margin } = predictDensity(
      model,
      toPoints(
        matrixOf([
          [0, 0],
          [1, 1],
        ]),
      ),
    );
    expect([cluster, probability, runnerUp, margin].map((values) => Array.from(values))).toEqual([
      [-1, -1],
      [0, 0],
      [-1, -1],
      [0, 0],
    ]);
  }
});

it('keeps only the core rows of DBSCAN, all rows of HDBSCAN', () => {
  const rows = matrixOf([[0], [1], [2], [3], [10], [11], [12], [13]]);
  expect(byDbscan(rows, 1, 3).model.rows).toEqual([[1], [2], [11], [12]]);
  expect(byHdbscan(rows, 3, 2).model.rows).toHaveLength(8);
});

it('whatever the rows, ties and repeats included: the fit gives itself back, and no row gets a label that does not exist or no number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
        minLength: 1,
        maxLength: 50,
      }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.double({ min: -20, max: 30, noNaN: true }), fc.double({ min: -20, max: 30, noNaN: true })), {
        minLength: 1,
        maxLength: 20,
      }),
      (rows, size, samples, others) => {
        const x = matrixOf(rows);
        for (const { fit, model } of [byHdbscan(x, size, samples), byDbscan(x, size / 2, samples)]) {
          const own = predictDensity(model, toPoints(x));
          expect(own.cluster).toEqual(fit.labels);
          expect(own.probability).toEqual(fit.probabilities);
          const { cluster, distance, runnerUp, margin, probability } = predictDensity(
            model,
            toPoints(matrixOf(others)),
          );
          cluster.forEach((label, i) => {
            expect(label >= -1 && label < fit.k).toBe(true);
            expect(runnerUp[i] >= -1 && runnerUp[i] < fit.k).toBe(true);
            expect(runnerUp[i] === label && label >= 0).toBe(false);
            expect(margin[i] >= 0 && Number.isFinite(margin[i])).toBe(true);
            expect(distance[i] >= 0).toBe(true);
            expect(label < 0 ? probability[i] === 0 : probability[i] >= 0 && probability[i] <= 1).toBe(true);
          });
        }
      },
    ),
  );
});

it('a row that lies as near to two clusters belongs to that of the earlier row, whatever their order', () => {
  // One row to the left makes the smaller cluster, which comes second.
  const { model } = byDbscan(matrixOf([[-1], [1], [2], [3]]), 1, 1);
  expect(model.labels).toEqual([1, 0, 0, 0]);
  const { cluster, runnerUp, margin } = predictDensity(model, toPoints(matrixOf([[0]])));
  expect([cluster[0], runnerUp[0], margin[0]]).toEqual([1, 0, 0]);
});
