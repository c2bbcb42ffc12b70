import { agglomerate, labelsAt } from '../../../../src/core/clustering/mixture/starts/model-based';
import { drawRows, startSpace } from '../../../../src/core/clustering/mixture/starts/hierarchies';
import {
  responsibilitiesOf,
  seedings,
  startLabels,
  startsOf,
  type Start,
} from '../../../../src/core/clustering/mixture/starts/labels';
import { sphere } from '../../../../src/core/clustering/mixture/starts/sphere';
import { splitComponent } from '../../../../src/core/clustering/mixture/starts/split';
import { em } from '../../../../src/core/clustering/mixture/em';
import { pickPoints, toPoints, type Points } from '../../../../src/core/clustering/points';
import { adjustedRandIndex } from '../../../../src/core/validity/rand-index';
import { blobs, matrixOf, normals, testStream } from '../data';

const stream = { seed: 0, draw: null };

function cloud(rows: number, cols: number, seed: number): Points {
  const normal = normals(testStream(seed));
  return toPoints(matrixOf(Array.from({ length: rows }, () => Array.from({ length: cols }, normal))));
}

const column = ({ rows, stride, values }: Points, j: number): number[] =>
  Array.from({ length: rows }, (_, i) => values[i * stride + j]);

/** Cost of a group by the formula, with the determinant expanded by the first row. */
function costOf(group: readonly (readonly number[])[], weights: readonly number[], flat: number): number {
  const d = group[0].length;
  const n = weights.reduce((sum, w) => sum + w, 0);
  const mean = Array.from({ length: d }, (_, j) => group.reduce((sum, x, i) => sum + weights[i] * x[j], 0) / n);
  const scatter = mean.map((_, j) =>
    mean.map((__, l) => group.reduce((sum, x, i) => sum + weights[i] * (x[j] - mean[j]) * (x[l] - mean[l]), 0)),
  );
  const determinant = (m: readonly (readonly number[])[]): number =>
    m.length === 1
      ? m[0][0]
      : m[0].reduce((sum, x, j) => {
          const minor = m.slice(1).map((row) => row.filter((_, l) => l !== j));
          return sum + (j % 2 === 0 ? 1 : -1) * x * determinant(minor);
        }, 0);
  const trace = scatter.reduce((sum, row, j) => sum + row[j], 0);
  const spread = n <= d ? 0 : determinant(scatter.map((row) => row.map((x) => x / n)));
  return n * Math.log(spread + (trace + flat) / n);
}

/** The agglomeration as its definition says: every pair tried anew at every step. */
function byDefinition(points: Points, weights: readonly number[]): Map<number, string> {
  const rows = Array.from({ length: points.rows }, (_, i) =>
    Array.from(points.values.subarray(i * points.stride, i * points.stride + points.cols)),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  const centre = rows[0].map((_, j) => rows.reduce((sum, x, i) => sum + weights[i] * x[j], 0) / total);
  const trace = rows.reduce((sum, x, i) => sum + weights[i] * x.reduce((s, v, j) => s + (v - centre[j]) ** 2, 0), 0);
  const cost = (group: readonly number[]): number =>
    costOf(
      group.map((i) => rows[i]),
      group.map((i) => weights[i]),
      trace / (total * points.cols),
    );
  let groups = rows.map((_, i) => [i]);
  const partitions = new Map<number, string>();
  while (groups.length > 1) {
    let best = { growth: Infinity, a: 0, b: 0 };
    groups.forEach((first, a) =>
      groups.slice(0, a).forEach((second, b) => {
        const growth = cost([...first, ...second]) - cost(first) - cost(second);
        if (growth < best.growth) best = { growth, a, b };
      }),
    );
    groups = [...groups.filter((_, g) => g !== best.a && g !== best.b), [...groups[best.a], ...groups[best.b]]];
    partitions.set(groups.length, partition(groups));
  }
  return partitions;
}

const partition = (groups: readonly (readonly number[])[]): string =>
  JSON.stringify(groups.map((group) => [...group].sort((a, b) => a - b)).sort((a, b) => a[0] - b[0]));

const partitionOf = (labels: Int32Array, k: number): string =>
  partition(Array.from({ length: k }, (_, c) => Array.from(labels.keys()).filter((i) => labels[i] === c)));

describe('model-based agglomeration', () => {
  it.each([
    [1, 1],
    [2, 1],
    [2, 3],
    [3, 1],
  ])('merges as its definition says: %i columns, weights up to %i', (cols, heaviest) => {
    for (let seed = 1; seed <= 3; seed++) {
      const points = cloud(24, cols, seed);
      const random = testStream(seed + 100);
      const weights = Float64Array.from({ length: 24 }, () => 1 + random.integer(heaviest));
      const tree = agglomerate(points, heaviest === 1 ? null : weights);
      const expected = byDefinition(points, Array.from(weights));
      for (let k = 1; k < 24; k++) expect(partitionOf(labelsAt(tree, k), k)).toBe(expected.get(k));
    }
  });

  it('labels are numbered by their first row and nested', () => {
    const tree = agglomerate(cloud(60, 3, 5), null);
    for (let k = 1; k <= 60; k++) {
      const labels = labelsAt(tree, k);
      const first = Array.from({ length: k }, (_, c) => labels.indexOf(c));
      expect(first).toEqual([...first].sort((a, b) => a - b));
      expect(first[0]).toBe(0);
      if (k === 1) continue;
      const coarser = labelsAt(tree, k - 1);
      const parents = new Set(Array.from(labels, (label, i) => `${label} in ${coarser[i]}`));
      expect(parents.size).toBe(k);
    }
  });

  it('survives rows that do not differ', () => {
    const same = toPoints(matrixOf(Array.from({ length: 9 }, () => [2, 2])));
    const labels = labelsAt(agglomerate(same, null), 3);
    expect(new Set(labels).size).toBe(3);
  });
});

describe('the sphere', () => {
  it('has uncorrelated columns whose sums of squares are the singular values of the scaled columns', () => {
    const points = cloud(200, 3, 2);
    // Column 1 gets much of column 0, on another scale.
    for (let i = 0; i < 200; i++)
      points.values[i * 4 + 1] = 1000 * (points.values[i * 4] + 0.5 * points.values[i * 4 + 1]);
    const sphered = sphere(points, null);
    const columns = [0, 1, 2].map((j) => column(sphered, j));
    const product = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
    const singular = columns.map((x) => product(x, x));
    // The squares of the singular values of columns scaled to variance 1 sum to d (n − 1).
    expect(singular.reduce((sum, s) => sum + s * s, 0)).toBeCloseTo(3 * 199, 8);
    expect(singular[0]).toBeGreaterThan(singular[1]);
    for (let j = 0; j < 3; j++)
      for (let l = 0; l < j; l++) expect(Math.abs(product(columns[j], columns[l]))).toBeLessThan(1e-9);
  });

  it('does not see shift and scale of the columns', () => {
    const points = cloud(50, 2, 3);
    const moved = {
      ...points,
      values: points.values.map((x, at) => (at % 4 === 0 ? 50 * x - 7 : at % 4 === 1 ? x + 3 : 0)),
    };
    const a = sphere(points, null);
    sphere(moved, null).values.forEach((x, at) => expect(x).toBeCloseTo(a.values[at], 10));
  });

  it('counts a row of weight w as w rows', () => {
    const points = cloud(40, 2, 4);
    const times = Int32Array.from({ length: 40 }, (_, i) => 1 + (i % 3));
    const repeated = Array.from(times, (w, i) => new Array<number>(w).fill(i)).flat();
    const weighted = sphere(points, Float64Array.from(times));
    const whole = sphere(pickPoints(points, repeated), null);
    repeated.forEach((row, r) => expect(whole.values[r * 4]).toBeCloseTo(weighted.values[row * 4], 10));
  });

  it('leaves out constant columns and empty directions', () => {
    const rows = column(cloud(30, 1, 6), 0).map((x) => [x, 5, 2 * x]);
    expect(sphere(toPoints(matrixOf(rows)), null).cols).toBe(1);
    expect(sphere(toPoints(matrixOf([[1], [1]])), null)).toMatchObject({ cols: 1, rows: 2 });
  });
});

describe('start labels', () => {
  const { matrix, truth } = blobs(
    [
      [0, 0],
      [12, 0],
      [0, 12],
    ],
    [60, 50, 40],
    1,
  );
  const points = toPoints(matrix);
  const space = startSpace(points, null, { largestK: 5, seed: 0 });

  it('are the hierarchies first, then k-means seedings by turns on the columns and on the sphere', () => {
    expect(startsOf(space, 6)).toEqual([
      { method: 'model-based', index: 0 },
      { method: 'ward, sphered', index: 0 },
      { method: 'ward', index: 0 },
      { method: 'k-means', index: 0 },
      { method: 'k-means, sphered', index: 1 },
      { method: 'k-means', index: 2 },
    ]);
    expect(startsOf(space, 2)).toHaveLength(2);
  });

  it('find planted groups by every method', () => {
    for (const start of startsOf(space, 7)) {
      const labels = startLabels(space, start, 3, stream);
      expect(adjustedRandIndex(labels, truth)).toBeGreaterThan(0.99);
    }
  });

  it('differ between seedings, and are the same for the same seed', () => {
    const label = (start: Start, seed: number, draw: number | null = null): string =>
      startLabels(space, start, 5, { seed, draw }).join('');
    const [first, , second] = seedings(0, 3);
    expect(label(first, 0)).toBe(label(first, 0));
    expect(label(first, 0)).not.toBe(label(second, 0));
    expect(label(first, 0)).not.toBe(label(first, 1));
    expect(label(first, 0)).not.toBe(label(first, 0, 0));
    expect(label(first, 0, 0)).not.toBe(label(first, 0, 1));
  });

  it('give rows outside the sample of the hierarchies to the nearest mean', () => {
    const sampled = startSpace(points, null, { largestK: 3, seed: 0, hierarchyRows: 60 });
    expect(sampled.sample).toHaveLength(60);
    for (const start of startsOf(sampled, 3)) {
      const labels = startLabels(sampled, start, 3, stream);
      expect(labels).toHaveLength(150);
      expect(adjustedRandIndex(labels, truth)).toBeGreaterThan(0.99);
    }
  });

  it('become responsibilities of 1 for the own cluster', () => {
    expect(Array.from(responsibilitiesOf(Int32Array.of(1, 0), 3))).toEqual([0, 1, 0, 1, 0, 0]);
  });

  it('a smaller sample of rows is part of a larger one', () => {
    const larger = drawRows(1000, 200, 3);
    const smaller = drawRows(1000, 100, 3);
    expect(larger).toHaveLength(200);
    expect(Array.from(larger)).toEqual([...new Set(larger)].sort((a, b) => a - b));
    smaller.forEach((row) => expect(larger).toContain(row));
    expect(drawRows(1000, 100, 4)).not.toEqual(smaller);
  });
});

describe('splitting a component', () => {
  const { matrix } = blobs(
    [
      [0, 0],
      [30, 0],
    ],
    [80, 40],
    1,
  );
  // The first group is stretched along the second column.
  const points = toPoints({ ...matrix, values: matrix.values.map((x, at) => (at % 2 === 1 ? 4 * x : x)) });
  const labels = Int32Array.from(column(points, 0), (x) => (x > 15 ? 1 : 0));
  const { parameters } = em(points, null, responsibilitiesOf(labels, 2), 2, 'VVV');

  it('cuts its rows in two across their longest direction and leaves the others alone', () => {
    const split = splitComponent(points, null, parameters, 0, 1);
    const mean = parameters.means[1];
    column(points, 1).forEach((y, i) => {
      const row = split.subarray(3 * i, 3 * i + 3);
      expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 12);
      if (labels[i] === 1) expect(row[1]).toBeCloseTo(1, 8);
      else if (y - mean > 0.5) expect(row[2]).toBeCloseTo(1, 8);
      else if (y - mean < -0.5) expect(row[0]).toBeCloseTo(1, 8);
    });
  });

  it('with little hardness gives nearly the same component twice, from which EM keeps the likelihood', () => {
    const split = splitComponent(points, null, parameters, 0, 1e-3);
    for (let i = 0; i < 120; i++) expect(Math.abs(split[3 * i] - split[3 * i + 2])).toBeLessThanOrEqual(1.001e-3);
    const before = em(points, null, responsibilitiesOf(labels, 2), 2, 'VVV').logLikelihood;
    const { logLikelihood } = em(points, null, split, 3, 'VVV', { maxIterations: 1 });
    expect(logLikelihood).toBeGreaterThan(before - 1e-6 * Math.abs(before));
  });
});
