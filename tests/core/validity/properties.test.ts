import fc from 'fast-check';
import { asValues, toPoints } from '../../../src/core/clustering/points';
import { dispersion } from '../../../src/core/validity/dispersion';
import { kneedle } from '../../../src/core/validity/elbow';
import { calinskiHarabasz, daviesBouldin } from '../../../src/core/validity/indices';
import { adjustedRandIndex, contingency } from '../../../src/core/validity/rand-index';
import { planSilhouette, silhouetteValues } from '../../../src/core/validity/silhouette';
import { matrixOf } from '../clustering/data';
import { rowSilhouettes, silhouettes } from './silhouettes';

const K = 3;
/** Labelled rows on a grid, each label in use. */
const labelled = fc
  .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.nat(K - 1)), {
    minLength: 6,
    maxLength: 30,
  })
  .map((drawn) => ({
    rows: drawn.map(([a, b]) => [a, b]),
    labels: Int32Array.from(drawn, ([, , label], i) => (i < K ? i : label)),
  }));
const close = (a: number, b: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a)));
const silhouetteOf = (rows: number[][], labels: Int32Array): number =>
  silhouettes(toPoints(matrixOf(rows)), [{ k: K, labels }])[0];

it('within and between add up to the scatter around the grand mean, whatever the labels', () => {
  fc.assert(
    fc.property(labelled, ({ rows, labels }) => {
      const x = matrixOf(rows);
      const { within, between, sizes, means, spread } = dispersion(x, labels, K);
      close(within + between, dispersion(x, new Int32Array(rows.length), 1).within);
      for (let c = 0; c < K; c++) {
        const members = rows.filter((_, i) => labels[i] === c);
        expect(sizes[c]).toBe(members.length);
        const mean = [0, 1].map((j) => members.reduce((sum, row) => sum + row[j], 0) / members.length);
        mean.forEach((value, j) => close(value, means[c * 2 + j]));
        close(
          spread[c],
          members.reduce((sum, row) => sum + Math.hypot(row[0] - mean[0], row[1] - mean[1]), 0) / members.length,
        );
      }
    }),
  );
});

it('another unit changes no index, only the dispersion: by the factor or its square', () => {
  fc.assert(
    fc.property(labelled, fc.double({ min: 0.01, max: 100, noNaN: true }), ({ rows, labels }, unit) => {
      const scaled = rows.map((row) => row.map((value) => value * unit));
      const [x, y] = [matrixOf(rows), matrixOf(scaled)];
      const [one, other] = [dispersion(x, labels, K), dispersion(y, labels, K)];
      close(one.within, other.within / unit ** 2);
      close(one.between, other.between / unit ** 2);
      one.spread.forEach((value, c) => close(value, other.spread[c] / unit));
      // Identical rows of a cluster have a scatter of rounding alone, and what is divided by it means nothing.
      if (one.within > 0) close(calinskiHarabasz(x, labels, K), calinskiHarabasz(y, labels, K));
      close(silhouetteOf(rows, labels), silhouetteOf(scaled, labels));
    }),
  );
});

it('a power of two as unit changes no bit of any index', () => {
  fc.assert(
    fc.property(labelled, ({ rows, labels }) => {
      const [x, y] = [matrixOf(rows), matrixOf(rows.map((row) => row.map((value) => value * 4)))];
      expect(calinskiHarabasz(y, labels, K)).toBe(calinskiHarabasz(x, labels, K));
      expect(daviesBouldin(y, labels, K)).toBe(daviesBouldin(x, labels, K));
      expect(rowSilhouettes(toPoints(y), { k: K, labels })).toEqual(rowSilhouettes(toPoints(x), { k: K, labels }));
    }),
  );
});

it('indices of padded points equal those of the matrix, and a known dispersion is taken as it is', () => {
  fc.assert(
    fc.property(labelled, ({ rows, labels }) => {
      const x = matrixOf(rows);
      const padded = asValues(toPoints(x));
      close(calinskiHarabasz(x, labels, K), calinskiHarabasz(padded, labels, K));
      close(daviesBouldin(x, labels, K), daviesBouldin(padded, labels, K));
      const known = dispersion(x, labels, K);
      expect(calinskiHarabasz(x, labels, K, known)).toBe(calinskiHarabasz(x, labels, K));
      expect(daviesBouldin(x, labels, K, known)).toBe(daviesBouldin(x, labels, K));
    }),
  );
});

it('indices equal their definitions, written down plainly', () => {
  const distance = (a: number[], b: number[]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  fc.assert(
    fc.property(labelled, ({ rows, labels }) => {
      const groups = Array.from({ length: K }, (_, c) => rows.filter((_row, i) => labels[i] === c));
      const means = groups.map((group) => [0, 1].map((j) => average(group.map((row) => row[j]))));
      const spread = groups.map((group, c) => average(group.map((row) => distance(row, means[c]))));
      const worst = means.map((a, i) =>
        Math.max(
          0,
          ...means.map((b, j) => (i === j || distance(a, b) === 0 ? 0 : (spread[i] + spread[j]) / distance(a, b))),
        ),
      );
      // Where two means agree but for rounding the quotient is anything.
      if (means.every((a, i) => means.every((b, j) => i === j || distance(a, b) > 1e-6)))
        close(daviesBouldin(matrixOf(rows), labels, K), average(worst));
      const grand = [0, 1].map((j) => average(rows.map((row) => row[j])));
      const within = rows.reduce((sum, row, i) => sum + distance(row, means[labels[i]]) ** 2, 0);
      const between = groups.reduce((sum, group, c) => sum + group.length * distance(means[c], grand) ** 2, 0);
      if (within > 1e-6)
        close(calinskiHarabasz(matrixOf(rows), labels, K), between / (K - 1) / (within / (rows.length - K)));
      const sizes = groups.map((group) => group.length);
      const expected = rows.map((row, i) => {
        const own = labels[i];
        if (sizes[own] === 1) return 0;
        const to = groups.map((group) => group.reduce((sum, other) => sum + distance(row, other), 0));
        const a = to[own] / (sizes[own] - 1);
        const b = Math.min(...to.flatMap((sum, c) => (c === own ? [] : [sum / sizes[c]])));
        return Math.max(a, b) > 0 ? (b - a) / Math.max(a, b) : 0;
      });
      rowSilhouettes(toPoints(matrixOf(rows)), { k: K, labels }).forEach((value, i) => close(value, expected[i]));
    }),
  );
});

it('silhouettes lie in [−1, 1], those of several labellings are those one by one, and a label without rows changes none', () => {
  fc.assert(
    fc.property(labelled, ({ rows, labels }) => {
      const points = toPoints(matrixOf(rows));
      const merged = labels.map((label) => Math.min(label, 1));
      const values = rowSilhouettes(points, { k: K, labels });
      expect(values.every((value) => value >= -1 && value <= 1)).toBe(true);
      const [one, two] = silhouettes(points, [
        { k: K, labels },
        { k: 2, labels: merged },
      ]);
      close(one, silhouettes(points, [{ k: K, labels }])[0]);
      close(two, silhouettes(points, [{ k: 2, labels: merged }])[0]);
      close(two, silhouettes(points, [{ k: 4, labels: merged.map((label) => label * 3) }])[0]);
      close(one, values.reduce((sum, value) => sum + value, 0) / rows.length);
    }),
  );
});

it('the plan of several labellings puts rows that agree in all of them next to each other, in the order of the rows', () => {
  const labelings = [
    { k: 2, labels: Int32Array.of(1, 0, 1, 0, 1, 0) },
    { k: 3, labels: Int32Array.of(0, 2, 1, 0, 0, 2) },
  ];
  const plan = planSilhouette(toPoints(matrixOf([[0], [1], [2], [3], [4], [5]])), labelings);
  // (0, 0): row 3; (0, 2): rows 1, 5; (1, 0): rows 0, 4; (1, 1): row 2.
  expect(Array.from(plan.order)).toEqual([3, 1, 5, 0, 4, 2]);
  expect(Array.from(plan.points.values).filter((_, at) => at % 4 === 0)).toEqual([3, 1, 5, 0, 4, 2]);
  expect(Array.from(plan.starts)).toEqual([0, 1, 3, 5, 6]);
  expect(Array.from(plan.cells)).toEqual([0, 1, 1, 2, 2, 3]);
  expect(plan.labelings.map(({ ofCell }) => Array.from(ofCell))).toEqual([
    [0, 0, 1, 1],
    [0, 2, 0, 1],
  ]);
  expect(plan.labelings.map(({ sizes }) => Array.from(sizes))).toEqual([
    [3, 3],
    [3, 1, 2],
  ]);
  expect(plan.points.values.buffer instanceof SharedArrayBuffer).toBe(false);
});

it('silhouettes of any ranges are those of all rows at once, to the bit', () => {
  const rows = Array.from({ length: 300 }, (_, i) => [(i * 0.618) % 1, (i * 0.414) % 1]);
  const labels = Int32Array.from(rows, ([a, b]) => (a < 0.3 ? 0 : b < 0.5 ? 1 : 2));
  const plan = planSilhouette(toPoints(matrixOf(rows)), [{ k: K, labels }]);
  const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  const whole = Array.from(silhouetteValues(plan, range(0, 300)));
  for (const cuts of [
    [0, 1, 300],
    [0, 63, 64, 65, 300],
    [0, 100, 229, 300],
  ])
    expect(cuts.slice(1).flatMap((to, c) => Array.from(silhouetteValues(plan, range(cuts[c], to))))).toEqual(whole);
  expect(silhouetteValues(plan, range(5, 5))).toEqual(new Float64Array(0));
});

describe('degenerate data', () => {
  it('a constant column, collinear and identical rows give finite indices', () => {
    const labels = Int32Array.of(0, 0, 1, 1, 2, 2);
    for (const rows of [
      [0, 1, 2, 3, 4, 5].map((i) => [i, 7.1]),
      [0, 1, 2, 3, 4, 5].map((i) => [i * 0.1, i * 0.3]),
      [0, 1, 2, 3, 4, 5].map(() => [0.1, 0.7]),
      [0, 0, 1, 1, 2, 2].map((i) => [i, i]),
    ]) {
      const x = matrixOf(rows);
      expect(calinskiHarabasz(x, labels, K)).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(calinskiHarabasz(x, labels, K))).toBe(true);
      expect(Number.isFinite(daviesBouldin(x, labels, K))).toBe(true);
      expect(rowSilhouettes(toPoints(x), { k: K, labels }).every(Number.isFinite)).toBe(true);
    }
  });

  it('no rows, one row and more clusters than rows are refused with a code', () => {
    for (const n of [0, 1, 2]) {
      const x = matrixOf(
        Array.from({ length: n }, (_, i) => [i]),
        1,
      );
      const labels = Int32Array.from({ length: n }, (_, i) => i);
      for (const index of [
        () => dispersion(x, labels, 3),
        () => calinskiHarabasz(x, labels, 3),
        () => daviesBouldin(x, labels, 3),
        () => silhouettes(toPoints(x), [{ k: 3, labels }]),
        () => rowSilhouettes(toPoints(x), { k: 3, labels }),
      ])
        expect(index).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    }
  });

  it('says how many clusters and rows there were', () => {
    const x = matrixOf([[0], [1]]);
    expect(() => calinskiHarabasz(x, Int32Array.of(0, 1), 2)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('k=2 and n=2'), details: { k: 2, n: 2 } }),
    );
    expect(() => dispersion(x, Int32Array.of(0, 2), 3)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('0..2'),
        details: { k: 3, rows: 2, sizes: [1, 0, 1] },
      }),
    );
    expect(() => adjustedRandIndex(new Int32Array(2), new Int32Array(3))).toThrow('of 2 and 3 rows');
  });

  it('a label outside of its range is refused with a code', () => {
    const x = matrixOf([[0], [1], [2], [3], [4]]);
    for (const labels of [Int32Array.of(0, 1, 2, 3, 0), Int32Array.of(0, 1, 2, -1, 0)])
      expect(() => dispersion(x, labels, 3)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  });
});

describe('the adjusted Rand index', () => {
  const pair = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 25 });

  it('equals its definition over pairs, is symmetric, at most 1, and knows neither names nor order', () => {
    fc.assert(
      fc.property(pair, fc.nat(), (drawn, salt) => {
        const a = Int32Array.from(drawn, ([x]) => x);
        const b = Int32Array.from(drawn, ([, y]) => y);
        const counts = [0, 0, 0, 0];
        for (let i = 0; i < a.length; i++)
          for (let j = 0; j < i; j++) counts[(a[i] === a[j] ? 0 : 2) + (b[i] === b[j] ? 0 : 1)]++;
        const [both, onlyA, onlyB, neither] = counts;
        // Steinley, Psychological Methods 9, 2004: the index in terms of the four kinds of pairs.
        const denominator = (both + onlyA) * (onlyA + neither) + (both + onlyB) * (onlyB + neither);
        const expected = denominator === 0 ? 1 : (2 * (both * neither - onlyA * onlyB)) / denominator;
        const found = adjustedRandIndex(a, b);
        close(found, expected);
        close(found, adjustedRandIndex(b, a));
        expect(found).toBeLessThanOrEqual(1);
        const order = drawn
          .map((_, i) => i)
          .sort((p, q) => ((p * 7919 + salt) % 29) - ((q * 7919 + salt) % 29) || p - q);
        close(
          found,
          adjustedRandIndex(
            Int32Array.from(order, (i) => [3, 0, 2, 1][a[i]]),
            Int32Array.from(order, (i) => b[i] * 2),
          ),
        );
      }),
    );
  });

  it('two labellings of different lengths are refused with a code', () => {
    expect(() => adjustedRandIndex(new Int32Array(2), new Int32Array(3))).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
    );
  });

  it('one cluster against one per row is as chance would have it: 0', () => {
    expect(adjustedRandIndex(new Int32Array(4), Int32Array.of(0, 1, 2, 3))).toBe(0);
  });

  it('the table counts rows by both labels', () => {
    expect(contingency(Int32Array.of(0, 1, 1), 2, Int32Array.of(2, 0, 0), 3)).toEqual(
      Float64Array.of(0, 0, 1, 2, 0, 0),
    );
  });
});

describe('kneedle', () => {
  const falling = fc
    .array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 3, maxLength: 12 })
    .map((steps) => [...steps].sort((a, b) => b - a))
    .map((steps) => [100, ...steps.map((_, i) => 100 - steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0))]);

  it('finds the corner of a curve that falls steeply, then slowly', () => {
    // Heights over the diagonal at k=3: fall of 90 of 93 done, a third of the way: 0.97 − 0.33.
    expect(kneedle([2, 3, 4, 5], [100, 10, 8, 7])).toBe(3);
    expect(kneedle([1, 2, 3, 4, 5, 6], [100, 60, 20, 18, 16, 14])).toBe(3);
  });

  it('a knee that no fall of the required size follows is none', () => {
    // Height 0.1 above the diagonal at x=2; one mean step is 1/3.
    const y = [10, 10 - 10 * (1 / 3 + 0.1), 10 - 10 * (2 / 3 + 0.05), 0];
    expect(kneedle([1, 2, 3, 4], y)).toBeNull();
    expect(kneedle([1, 2, 3, 4], y, 0.1)).toBe(2);
  });

  // [inertia from k = 2 on, sensitivity, knee] as kneed 0.9.0 has it: flat starts, plateaus, falls at the threshold, two knees.
  it.each<[number[], number, number | null]>([
    [[10, 1, 0], 0.5, 3],
    [[10, 1, 0], 1, null],
    [[10, 10, 10, 0], 1, 2],
    [[10, 10, 0, 0], 1, 4],
    [[30, 11, 5.5, 0], 1, null],
    [[60, 22, 11, 0], 1, null],
    [[60, 22, 11, 0], 0.5, 3],
    [[10, 10, 10, 10, 1, 0], 1, 2],
    [[60, 58, 58, 38, 33], 2, null],
    [[60, 60, 60, 60, 55], 1, 2],
    [[60, 59, 49, 39], 1, null],
    [[60, 59, 59, 57, 56, 56], 1, null],
    [[60, 59, 58, 56, 54, 34], 1, 2],
    [[60, 50, 48, 28], 2, null],
    [[60, 59, 58, 57, 52, 50, 50, 40], 1, 2],
    [[60, 58, 48, 28], 1, null],
    [[60, 59, 54, 49, 39, 37, 32, 27], 1, null],
    [[60, 58, 56, 56, 56], 0.5, 4],
    [[60, 40, 38, 28, 18, 0, 0], 1, null],
    [[60, 40, 39, 39, 34], 1, 3],
    [[60, 40, 35, 33, 32, 30, 25, 5, 0], 1, 3],
    [[60, 50, 49, 47, 47, 47, 27, 26, 24], 1, 3],
    [[60, 58, 57, 55], 2, null],
    [[60, 60, 58, 38], 0.5, 2],
    [[60, 40, 20, 18, 18, 16], 1, 4],
    [[60, 59, 39, 34, 24, 4], 0.5, 2],
    [[60, 50, 49, 44, 42, 41], 1, 5],
    [[60, 50, 49, 47, 37, 37, 35], 0.5, 3],
    [[60, 59, 57, 55, 53, 43, 43], 2, null],
    [[60, 55, 54, 54, 54], 0.5, 3],
    [[60, 40, 39, 29], 1, null],
    [[60, 60, 50, 45, 35, 34, 32, 32], 0.5, 2],
    [[60, 58, 53, 33, 32, 27, 26, 25], 2, 5],
  ])('finds the knee that kneed finds in %j with sensitivity %d: %p', (y, sensitivity, knee) => {
    expect(
      kneedle(
        y.map((_, i) => i + 2),
        y,
        sensitivity,
      ),
    ).toBe(knee);
  });

  it('depends on no unit, and is one of the x or null', () => {
    fc.assert(
      fc.property(falling, fc.integer({ min: 1, max: 3 }), (y, unit) => {
        const x = y.map((_, i) => i + 2);
        const knee = kneedle(x, y);
        if (knee !== null) expect(x).toContain(knee);
        // Powers of two, exactly; the origin of y would cost bits.
        expect(
          kneedle(
            x.map((value) => value * 2 ** unit),
            y.map((value) => value * 4 ** unit),
          ),
        ).toBe(knee === null ? null : knee * 2 ** unit);
      }),
    );
  });
});
