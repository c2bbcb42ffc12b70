import fc from 'fast-check';
import { persistence, profileShift } from '../../../src/core/validity/holdout';
import { adjustedRandIndex } from '../../../src/core/validity/rand-index';
import { matrixOf } from '../clustering/data';

describe('persistence', () => {
  // Customers 0-3 start in persona 0: two stay, one moves to 1, one leaves. 4-5 start in 1 and stay. 6 joins 1; 7 is in none twice.
  const earlier = Int32Array.of(0, 0, 0, 0, 1, 1, -1, -1);
  const later = Int32Array.of(0, 0, 1, -1, 1, 1, 1, -1);

  it('equals the values worked out by hand', () => {
    const found = persistence(earlier, later, 2);
    expect(found.customers).toBe(5);
    expect(found.kept).toBe(4 / 5);
    expect(found.personas).toEqual([
      { earlier: 4, later: 2, stayed: 2, left: 1, joined: 0, jaccard: 2 / 3, goesTo: [2 / 3, 1 / 3] },
      { earlier: 2, later: 4, stayed: 2, left: 0, joined: 1, jaccard: 2 / 3, goesTo: [0, 1] },
    ]);
    expect(found.adjustedRand).toBe(adjustedRandIndex(Int32Array.of(0, 0, 0, 1, 1), Int32Array.of(0, 0, 1, 1, 1)));
  });

  it('nobody in both periods, or nobody at all, is said as null', () => {
    const apart = persistence(Int32Array.of(0, -1), Int32Array.of(-1, 1), 2);
    expect(apart).toMatchObject({ customers: 0, kept: null, adjustedRand: null });
    expect(apart.personas[0]).toEqual({
      earlier: 1,
      later: 0,
      stayed: 0,
      left: 1,
      joined: 0,
      jaccard: null,
      goesTo: null,
    });
    expect(apart.personas[1]).toEqual({
      earlier: 0,
      later: 1,
      stayed: 0,
      left: 0,
      joined: 1,
      jaccard: null,
      goesTo: null,
    });
    expect(persistence(new Int32Array(0), new Int32Array(0), 1)).toMatchObject({ customers: 0, kept: null });
  });

  it('a persona that only one period has keeps nobody', () => {
    const { personas } = persistence(Int32Array.of(0, 0), Int32Array.of(1, 1), 2);
    expect(personas[0]).toMatchObject({ jaccard: 0, goesTo: [0, 1] });
    expect(personas[1]).toMatchObject({ jaccard: 0, goesTo: null });
  });

  it('labels that do not fit are refused with a code', () => {
    for (const [a, b] of [
      [[0], [0, 0]],
      [[2], [0]],
      [[0], [2]],
      [[-2], [0]],
    ])
      expect(() => persistence(Int32Array.from(a), Int32Array.from(b), 2)).toThrow(
        expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
      );
  });

  it('flows add up, whatever the labels: those who stay, go elsewhere and leave are those who were there', () => {
    const labels = fc.array(fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: -1, max: 2 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(labels, fc.nat(), (pairs, salt) => {
        const before = Int32Array.from(pairs, ([a]) => a);
        const after = Int32Array.from(pairs, ([, b]) => b);
        const { customers, kept, personas } = persistence(before, after, 3);
        expect(personas.reduce((sum, p) => sum + p.earlier - p.left, 0)).toBe(customers);
        expect(personas.reduce((sum, p) => sum + p.later - p.joined, 0)).toBe(customers);
        if (kept !== null) expect(kept).toBeCloseTo(personas.reduce((sum, p) => sum + p.stayed, 0) / customers, 12);
        for (const p of personas) {
          if (p.goesTo !== null) expect(p.goesTo.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
          if (p.jaccard !== null) expect(p.jaccard).toBeLessThanOrEqual(1);
        }
        // Neither the order of the customers nor the numbers of the personas matter.
        const order = pairs
          .map((_, i) => i)
          .sort((a, b) => ((a * 7919 + salt) % 31) - ((b * 7919 + salt) % 31) || a - b);
        const renamed = (x: Int32Array): Int32Array => Int32Array.from(order, (i) => (x[i] < 0 ? -1 : [1, 2, 0][x[i]]));
        const other = persistence(renamed(before), renamed(after), 3);
        expect(other.kept).toBe(kept);
        personas.forEach((p, c) =>
          expect({ ...other.personas[[1, 2, 0][c]], goesTo: null }).toEqual({ ...p, goesTo: null }),
        );
      }),
    );
  });
});

describe('the shift of a profile', () => {
  const period = (rows: number[][], labels: number[], cols = 1) => ({
    x: matrixOf(rows, cols),
    labels: Int32Array.from(labels),
  });

  it('equals the value worked out by hand', () => {
    // 1, 3 (mean 2, variance 2) against 4, 8 (mean 6, variance 8): 4 / sqrt((2 + 8) / 2).
    const found = profileShift(period([[1], [3], [99]], [0, 0, -1]), period([[4], [8]], [0, 0]), 1);
    expect(found).toEqual([[4 / Math.sqrt(5)]]);
  });

  it('what does not vary and does not move has shift 0; what moves without varying, or has one row, has none', () => {
    const constant = period([[0.1], [0.1], [0.1]], [0, 0, 0]);
    // Sums of 0.1 are off by rounding, by another amount for another number of rows: nothing may be read into that.
    expect(
      profileShift(
        constant,
        period(
          Array.from({ length: 7 }, () => [0.1]),
          [0, 0, 0, 0, 0, 0, 0],
        ),
        1,
      ),
    ).toEqual([[0]]);
    expect(profileShift(constant, period([[0.2], [0.2]], [0, 0]), 1)).toEqual([[null]]);
    expect(profileShift(constant, period([[0.1]], [0]), 1)).toEqual([[null]]);
    expect(profileShift(period([[0.1]], [0]), constant, 1)).toEqual([[null]]);
    expect(profileShift(period([], []), period([], []), 2)).toEqual([[null], [null]]);
    // In each column and persona.
    const columns = (n: number) =>
      period(
        Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? [0.1, 0.2, 0.3] : [0.7, 0.8, 0.9])),
        Array.from({ length: 2 * n }, (_, i) => i % 2),
        3,
      );
    expect(profileShift(columns(3), columns(7), 2)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    // One period varies: 1 / sqrt((2 + 0) / 2).
    expect(profileShift(period([[0], [2]], [0, 0]), period([[2], [2]], [0, 0]), 1)).toEqual([[1]]);
  });

  it('rows without a persona may hold anything, others may not', () => {
    const good = period([[1], [3]], [0, 0]);
    expect(profileShift(good, period([[1], [NaN], [3]], [0, -1, 0]), 1)).toEqual([[0]]);
    for (const bad of [NaN, Infinity])
      for (const rows of [
        [[1], [bad], [3]],
        [[bad], [1], [3]],
      ])
        expect(() => profileShift(good, period(rows, [0, 0, 0]), 1)).toThrow(
          expect.objectContaining({ code: 'NOT_FINITE' }),
        );
  });

  it('columns, rows and labels that do not fit are refused with a code', () => {
    const good = period([[1], [3]], [0, 0]);
    for (const bad of [period([[1, 1]], [0], 2), period([[1]], [0, 0]), period([[1]], [1]), period([[1]], [-2])])
      expect(() => profileShift(good, bad, 1)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
  });

  it('says what does not fit', () => {
    const good = period([[1], [3]], [0, 0]);
    expect(() => profileShift(good, period([[1, 1]], [0], 2), 1)).toThrow('periods of 1 and 2 columns');
    expect(() => profileShift(good, period([[1]], [2]), 2)).toThrow(
      expect.objectContaining({
        message: 'profiles need a label in −1..1 for each of 1 rows',
        details: { k: 2, rows: 1, labels: 1 },
      }),
    );
    expect(() => profileShift(good, period([[NaN]], [0]), 1)).toThrow('not a finite number');
  });

  it('equals its definition, written down plainly, for every persona and column', () => {
    const rows = fc.array(
      fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
      { minLength: 4, maxLength: 25 },
    );
    const moments = (values: number[]): { mean: number; variance: number } => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
    };
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        // Rows without a persona hold nothing that can be read.
        const labels = (x: unknown[]): number[] => x.map((_, i) => ((i * 3 + 1) % 4) - 1);
        const given = (x: number[][]) =>
          period(
            x.map((row, i) => (labels(x)[i] < 0 ? [NaN, NaN, NaN] : row)),
            labels(x),
            3,
          );
        const found = profileShift(given(a), given(b), 3);
        for (const p of [0, 1, 2])
          for (const j of [0, 1, 2]) {
            const [one, two] = [a, b].map((x) => x.flatMap((row, i) => (labels(x)[i] === p ? [row[j]] : [])));
            if (one.length < 2 || two.length < 2) {
              expect(found[p][j]).toBeNull();
              continue;
            }
            const [before, after] = [moments(one), moments(two)];
            const scale = Math.sqrt((before.variance + after.variance) / 2);
            if (scale > 0) expect(found[p][j]).toBeCloseTo((after.mean - before.mean) / scale, 9);
            else expect(found[p][j]).toBe(one[0] === two[0] ? 0 : null);
          }
      }),
    );
  });

  it('one bad number among good columns is found', () => {
    const good = period(
      [
        [1, 1],
        [3, 2],
      ],
      [0, 0],
      2,
    );
    const bad = period(
      [
        [1, 1],
        [3, NaN],
      ],
      [0, 0],
      2,
    );
    expect(() => profileShift(good, bad, 1)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
  });

  it('changes neither with the unit nor the origin of a column, and turns its sign with the periods', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 6,
      maxLength: 20,
    });
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const labels = (x: unknown[]): number[] => x.map((_, i) => (i % 3) - 1);
        const one = profileShift(period(a, labels(a), 2), period(b, labels(b), 2), 2);
        const scaled = (x: number[][]): number[][] => x.map(([u, v]) => [u * 0.37 + 12.5, v * 1000]);
        const other = profileShift(period(scaled(a), labels(a), 2), period(scaled(b), labels(b), 2), 2);
        const back = profileShift(period(b, labels(b), 2), period(a, labels(a), 2), 2);
        one.flat().forEach((value, at) => {
          if (value === null) expect(other.flat()[at]).toBeNull();
          else {
            expect(other.flat()[at]).toBeCloseTo(value, 8);
            expect(back.flat()[at]).toBeCloseTo(0 - value, 12);
          }
        });
      }),
    );
  });
});
