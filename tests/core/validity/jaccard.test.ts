import fc from 'fast-check';
import { crossTable, hungarianJaccard } from '../../../src/core/validity/jaccard';

const labels = (k: number, n: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -1, max: k - 1 }), { minLength: n, maxLength: n });

it('equals the values worked out by hand', () => {
  // {0,1,2,3} and {4,5} against {0,1,2} and {3,4,5}: 3 of 4, and 2 of 3.
  expect(hungarianJaccard(Int32Array.of(0, 0, 0, 0, 1, 1), Int32Array.of(1, 1, 1, 0, 0, 0), 2)).toEqual({
    mean: (3 / 4 + 2 / 3) / 2,
    perCluster: [3 / 4, 2 / 3],
    counterpart: [1, 0],
  });
});

it('gives each cluster a different counterpart where the nearest would be the same for two', () => {
  // Both clusters of a are most like cluster 0 of b, which only one can have: 2/6 + 1/4 beats 2/6 + 0.
  const a = Int32Array.of(0, 0, 0, 1, 1, 1);
  const b = Int32Array.of(0, 0, 1, 0, 0, -1);
  // Jaccard: a0-b0 2/5, a0-b1 1/3, a1-b0 2/5, a1-b1 0. Best total: a0-b1 + a1-b0.
  expect(hungarianJaccard(a, b, 2)).toEqual({
    mean: (1 / 3 + 2 / 5) / 2,
    perCluster: [1 / 3, 2 / 5],
    counterpart: [1, 0],
  });
});

it('a row unassigned in one labelling still counts in its cluster of the other', () => {
  // Cluster 0: rows 0-2 against rows 1-3; the third is unassigned in b, the fourth in a: 1 of 4 rows.
  expect(hungarianJaccard(Int32Array.of(0, 0, 0, -1), Int32Array.of(-1, 0, -1, 0), 1)).toEqual({
    mean: 1 / 4,
    perCluster: [1 / 4],
    counterpart: [0],
  });
});

it('more clusters than counterparts leaves some without; a cluster without rows has no value and does not count', () => {
  expect(hungarianJaccard(Int32Array.of(0, 0, 1), Int32Array.of(0, 0, 0), 3, 1)).toEqual({
    mean: 1 / 3,
    perCluster: [2 / 3, 0, null],
    counterpart: [0, -1, -1],
  });
  expect(hungarianJaccard(Int32Array.of(0, 1), Int32Array.of(2, 0), 2, 3).counterpart).toEqual([2, 0]);
});

it('no row in a cluster of the first, and labels that do not fit, are refused with a code', () => {
  const refused = (a: number[], b: number[], k: number, kOfSecond?: number): void =>
    expect(() => hungarianJaccard(Int32Array.from(a), Int32Array.from(b), k, kOfSecond)).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
    );
  refused([], [], 2);
  refused([-1, -1], [0, 1], 2);
  refused([0], [0, 0], 1);
  refused([2], [0], 2);
  refused([0], [2], 2);
  refused([-2], [0], 2);
  refused([0], [-2], 2);
  refused([0], [1], 2, 1);
  expect(() => hungarianJaccard(Int32Array.of(0), Int32Array.of(0, 0), 2, 3)).toThrow(
    expect.objectContaining({
      message: 'labellings of 1 and 2 rows with 2 and 3 clusters cannot be compared',
      details: { rows: [1, 2], k: [2, 3] },
    }),
  );
  expect(() => hungarianJaccard(new Int32Array(0), new Int32Array(0), 2)).toThrow('no row is in a cluster');
  expect(hungarianJaccard(Int32Array.of(0), Int32Array.of(-1), 1)).toEqual({
    mean: 0,
    perCluster: [0],
    counterpart: [-1],
  });
});

it('a labelling matches itself under other names completely', () => {
  fc.assert(
    fc.property(labels(4, 20), (drawn) => {
      const a = Int32Array.of(...drawn, 0);
      const renamed = a.map((label) => (label < 0 ? -1 : [2, 0, 3, 1][label]));
      const { mean, perCluster, counterpart } = hungarianJaccard(a, renamed, 4);
      expect(mean).toBe(1);
      perCluster.forEach((value, c) => {
        expect(value).toBe(a.includes(c) ? 1 : null);
        expect(counterpart[c]).toBe(a.includes(c) ? [2, 0, 3, 1][c] : -1);
      });
    }),
  );
});

it('the mean depends neither on the names of the clusters nor on the order of the rows, and no matching is better', () => {
  fc.assert(
    fc.property(
      labels(3, 16),
      labels(3, 16),
      fc.shuffledSubarray([...Array(17).keys()], { minLength: 17 }),
      (first, second, order) => {
        const a = Int32Array.of(...first, 0);
        const b = Int32Array.of(...second, 1);
        const { mean } = hungarianJaccard(a, b, 3);
        const renamed = (x: Int32Array, names: number[]): Int32Array =>
          Int32Array.from(order, (i) => (x[i] < 0 ? -1 : names[x[i]]));
        expect(hungarianJaccard(renamed(a, [1, 2, 0]), renamed(b, [2, 1, 0]), 3).mean).toBeCloseTo(mean, 12);
        const { table, inA, inB } = crossTable(a, b, 3, 3);
        const jaccard = (c: number, d: number): number =>
          table[c * 3 + d] / Math.max(inA[c] + inB[d] - table[c * 3 + d], 1);
        const used = inA.filter((size) => size > 0).length;
        const totals = [
          [0, 1, 2],
          [0, 2, 1],
          [1, 0, 2],
          [1, 2, 0],
          [2, 0, 1],
          [2, 1, 0],
        ].map((to) => to.reduce((sum, d, c) => sum + jaccard(c, d), 0));
        expect(mean).toBeCloseTo(Math.max(...totals) / used, 12);
      },
    ),
  );
});
