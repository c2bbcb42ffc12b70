import fc from 'fast-check';
import { kmeans } from '../../../src/core/clustering/kmeans/kmeans';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { pickPoints, toPoints, type Points } from '../../../src/core/clustering/points';
import { drawHalves, predictionStrength } from '../../../src/core/validity/prediction-strength';
import { blobs } from '../clustering/data';

const labels = (k: number, n: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -1, max: k - 1 }), { minLength: n, maxLength: n });

it('equals the values worked out by hand', () => {
  // Cluster 0 has 4 rows, 12 ordered pairs; the model splits it 3 + 1: 6 pairs stay. Cluster 1 has 2 rows, kept together.
  const found = predictionStrength(Int32Array.of(0, 0, 0, 0, 1, 1), Int32Array.of(2, 2, 2, 0, 0, 0), 3);
  expect(found).toEqual({ value: 0.5, perCluster: [0.5, 1, 1] });
});

it('a cluster of one row or none counts as kept; two rows torn apart as lost', () => {
  expect(predictionStrength(Int32Array.of(0, 0, 1), Int32Array.of(0, 0, 0), 2)).toEqual({
    value: 1,
    perCluster: [1, 1],
  });
  expect(predictionStrength(Int32Array.of(0, 0, 1), Int32Array.of(0, 1, 1), 2)).toEqual({
    value: 0,
    perCluster: [0, 1],
  });
});

it('unassigned rows belong to no cluster of their own, and stay together with nobody', () => {
  expect(predictionStrength(Int32Array.of(-1, 0, 0, -1), Int32Array.of(0, 0, 0, 1), 1 + 1).perCluster).toEqual([1, 1]);
  expect(predictionStrength(Int32Array.of(0, 0, 0), Int32Array.of(-1, -1, -1), 1)).toEqual({
    value: 0,
    perCluster: [0],
  });
  expect(predictionStrength(Int32Array.of(-1, -1), Int32Array.of(-1, -1), 2).value).toBe(1);
});

it('equals the share of pairs counted one by one', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 4 })
        .chain((k) =>
          fc.integer({ min: 1, max: 20 }).chain((n) => fc.tuple(fc.constant(k), labels(k, n), labels(k, n))),
        ),
      ([k, own, predicted]) => {
        const { perCluster, value } = predictionStrength(Int32Array.from(own), Int32Array.from(predicted), k);
        const expected = Array.from({ length: k }, (_, c) => {
          const members = own.flatMap((label, i) => (label === c ? [i] : []));
          const pairs = members.flatMap((i) => members.filter((j) => j > i).map((j) => [i, j]));
          const kept = pairs.filter(([i, j]) => predicted[i] >= 0 && predicted[i] === predicted[j]);
          return pairs.length === 0 ? 1 : kept.length / pairs.length;
        });
        perCluster.forEach((share, c) => expect(share).toBeCloseTo(expected[c], 12));
        expect(value).toBe(Math.min(...perCluster));
      },
    ),
  );
});

it('depends neither on the names of the clusters nor on the order of the rows; the strength of oneself is 1', () => {
  fc.assert(
    fc.property(
      labels(3, 15),
      labels(3, 15),
      fc.shuffledSubarray([...Array(15).keys()], { minLength: 15 }),
      (own, predicted, order) => {
        const one = predictionStrength(Int32Array.from(own), Int32Array.from(predicted), 3);
        const rename = (names: number[]) => (label: number) => (label < 0 ? -1 : names[label]);
        const other = predictionStrength(
          Int32Array.from(order, (i) => rename([2, 0, 1])(own[i])),
          Int32Array.from(order, (i) => rename([1, 2, 0])(predicted[i])),
          3,
        );
        expect(other.value).toBe(one.value);
        expect([2, 0, 1].map((name) => other.perCluster[name])).toEqual(one.perCluster);
        expect(predictionStrength(Int32Array.from(own), Int32Array.from(own), 3).value).toBe(1);
      },
    ),
  );
});

it('no rows, no clusters and labels that do not fit are refused with a code', () => {
  const refused = (own: number[], predicted: number[], k: number): void =>
    expect(() => predictionStrength(Int32Array.from(own), Int32Array.from(predicted), k)).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
    );
  refused([], [], 2);
  refused([-1], [-1], 0);
  refused([0], [0, 0], 1);
  refused([0, 2], [0, 0], 2);
  refused([0, 0], [0, 2], 2);
  refused([0, -2], [0, 0], 2);
  refused([0, 0], [0, -2], 2);
  expect(() => predictionStrength(Int32Array.of(0), Int32Array.of(0, 0), 3)).toThrow(
    expect.objectContaining({
      message: 'prediction strength needs two labels in 0..2 per row, got 1 and 2 rows',
      details: { k: 3, own: 1, predicted: 2 },
    }),
  );
  expect(predictionStrength(Int32Array.of(0), Int32Array.of(0), 5)).toEqual({ value: 1, perCluster: [1, 1, 1, 1, 1] });
});

describe('halves', () => {
  it('share out every row once, ascending, of an odd number one more to the second', () => {
    for (const rows of [0, 1, 2, 7, 100]) {
      const { first, second } = drawHalves(rows, 3, 0);
      expect(first).toHaveLength(Math.floor(rows / 2));
      expect([...first, ...second].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
      for (const half of [first, second]) expect(Array.from(half)).toEqual(Array.from(half).sort((a, b) => a - b));
    }
  });

  it('are the same for the same seed and split, and others for others', () => {
    expect(drawHalves(50, 3, 1)).toEqual(drawHalves(50, 3, 1));
    expect(drawHalves(50, 3, 2)).not.toEqual(drawHalves(50, 3, 1));
    expect(drawHalves(50, 4, 1)).not.toEqual(drawHalves(50, 3, 1));
  });

  it('are pinned: a stream of its own, whose numbers decide what is replayed', () => {
    expect(Array.from(drawHalves(10, 1, 2).first)).toEqual([2, 5, 6, 7, 8]);
  });

  it('put every row into the first half equally often', () => {
    const times = new Array<number>(9).fill(0);
    for (let split = 0; split < 900; split++) for (const row of drawHalves(9, 0, split).first) times[row]++;
    // 4 of 9 rows in each of 900 splits: 400, sd 15.
    for (const count of times) expect(Math.abs(count - 400)).toBeLessThan(75);
  });
});

describe('the whole procedure', () => {
  /** Mean over splits and both halves, each half predicted by the model of the other. */
  function strengthOf(points: Points, k: number, splits = 5): number {
    const values = Array.from({ length: splits }, (_, split) => {
      const { first, second } = drawHalves(points.rows, 1, split);
      return [
        [first, second],
        [second, first],
      ].map(([own, other]) => {
        const rows = pickPoints(points, own);
        const address = { seed: 1, stage: 'selection', use: 'seeding', candidate: k, block: split } as const;
        const { labels } = kmeans(rows, null, k, 5, address);
        const { centroids } = kmeans(pickPoints(points, other), null, k, 5, address);
        const predicted = new Int32Array(own.length);
        plainKernel.nearest(rows, 0, own.length, centroids, k, {
          labels: predicted,
          own: new Float64Array(own.length),
        });
        return predictionStrength(labels, predicted, k).value;
      });
    }).flat();
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  it('three separated groups are found again by the other half, more are not', () => {
    const { matrix } = blobs(
      [
        [0, 0],
        [9, 0],
        [0, 9],
      ],
      [60, 50, 40],
      1,
    );
    const points = toPoints(matrix);
    expect(strengthOf(points, 3)).toBe(1);
    for (const k of [4, 5]) expect(strengthOf(points, k)).toBeLessThan(0.8);
  });
});
