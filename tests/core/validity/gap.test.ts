import fc from 'fast-check';
import { kmeans } from '../../../src/core/clustering/kmeans/kmeans';
import { toPoints, type Points } from '../../../src/core/clustering/points';
import { gapReference, gapStatistic, logWithin, referenceBox } from '../../../src/core/validity/gap';
import { blobs, matrixOf } from '../clustering/data';

const rowsOf = ({ rows, cols, stride, values }: Points): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * stride, i * stride + cols)));
const address = { seed: 1, stage: 'selection', use: 'seeding', candidate: 0, block: 0 } as const;
const ks = [1, 2, 3, 4, 5];

/** The whole procedure: the data and each reference clustered for every k. */
function gapOf(points: Points, kind: 'pca' | 'box', draws = 12) {
  const logs = (rows: Points): (number | null)[] =>
    ks.map((k) => logWithin(kmeans(rows, null, k, 4, { ...address, candidate: k }).inertia, rows));
  const box = referenceBox(points, kind);
  const references = Array.from({ length: draws }, (_, draw) => logs(gapReference(box, draw, 7)));
  return gapStatistic(ks, logs(points), references);
}

describe('the statistic', () => {
  it('equals the values worked out by hand', () => {
    // k=1: mean of 3, 5 is 4, minus 3: 1; sd 1, times sqrt(1 + 1/2). k=2: mean 3 minus 1: 2; no spread. k=3: 2.5 − 0.75.
    const { gap, se, k } = gapStatistic(
      [1, 2, 3],
      [3, 1, 0.75],
      [
        [3, 3, 2],
        [5, 3, 3],
      ],
    );
    expect(gap).toEqual([1, 2, 1.75]);
    expect(se).toEqual([Math.sqrt(1.5), 0, 0.5 * Math.sqrt(1.5)]);
    // 1 < 2 − 0, then 2 >= 1.75 − 0.61.
    expect(k).toBe(2);
  });

  it('takes the smaller k where the next is better by no more than its error, and on equality', () => {
    expect(gapStatistic([1, 2], [0, 0], [[1, 2]]).k).toBeNull();
    expect(gapStatistic([1, 2], [0, 0], [[1, 1]]).k).toBe(1);
    // gap(2) = 2 with s = sqrt(1.5) = 1.22: 1 >= 2 − 1.22.
    expect(
      gapStatistic(
        [1, 2],
        [0, 0],
        [
          [1, 1],
          [1, 3],
        ],
      ).k,
    ).toBe(1);
  });

  it('the last k has no next one to be compared with', () => {
    expect(gapStatistic([2], [0], [[1]])).toEqual({ gap: [1], se: [0], k: null });
    expect(gapStatistic([], [], [[]])).toEqual({ gap: [], se: [], k: null });
  });

  it('a k without a logarithm, of the data or of one draw, has no gap and is neither chosen nor compared', () => {
    const reference = [
      [5, 5, 5, null],
      [5, 5, 5, 5],
    ];
    expect(gapStatistic([1, 2, 3, 4], [4, null, 1, 1], reference)).toEqual({
      gap: [1, null, 4, null],
      se: [0, null, 0, null],
      k: null,
    });
  });

  it('refuses gaps in the range of k, and lengths that do not fit', () => {
    const refused = (code: string, ...args: Parameters<typeof gapStatistic>): void =>
      expect(() => gapStatistic(...args)).toThrow(expect.objectContaining({ code }));
    refused('CONFIG_INVALID', [1, 3], [1, 1], [[1, 1]]);
    refused('CONFIG_INVALID', [2, 1], [1, 1], [[1, 1]]);
    refused('INSUFFICIENT_DATA', [1, 2], [1, 1], []);
    refused('INSUFFICIENT_DATA', [1, 2], [1], [[1, 1]]);
    refused('INSUFFICIENT_DATA', [1, 2], [1, 1], [[1, 1], [1]]);
    expect(() => gapStatistic([1, 3], [1, 1], [[1, 1]])).toThrow(
      expect.objectContaining({ message: 'the gap compares each k with the next, got 1, 3', details: { ks: [1, 3] } }),
    );
    expect(() => gapStatistic([1], [1], [])).toThrow(
      expect.objectContaining({ message: expect.stringContaining('at least one draw'), details: { ks: 1, draws: 0 } }),
    );
  });

  it('adding the same to all logarithms (another unit of the columns) changes nothing', () => {
    const value = fc.double({ min: -20, max: 20, noNaN: true });
    const three = fc.tuple(value, value, value);
    fc.assert(
      fc.property(three, fc.array(three, { minLength: 1, maxLength: 5 }), value, (own, draws, shift) => {
        const one = gapStatistic([1, 2, 3], own, draws);
        const plus = (row: number[]): number[] => row.map((log) => log + shift);
        const other = gapStatistic([1, 2, 3], plus(own), draws.map(plus));
        one.gap.forEach((gap, i) => expect(other.gap[i]).toBeCloseTo(gap!, 9));
        one.se.forEach((se, i) => expect(other.se[i]).toBeCloseTo(se!, 9));
      }),
    );
  });
});

describe('the logarithm of W', () => {
  const points = toPoints(
    matrixOf([
      [1, -2],
      [2, 1],
    ]),
  );

  it('is null where W is 0, or nothing but rounding', () => {
    expect(logWithin(0, points)).toBeNull();
    expect(logWithin(0, toPoints(matrixOf([[0, 0]])))).toBeNull();
    // 1 + 4 + 4 + 1 = 10, times 1e-24.
    expect(logWithin(1e-23, points)).toBeNull();
    expect(logWithin(1.001e-23, points)).toBe(Math.log(1.001e-23));
    expect(logWithin(Math.E, points)).toBe(1);
    // 2,000 rows, more than a block.
    const many = toPoints(matrixOf(Array.from({ length: 2000 }, () => [1])));
    expect(logWithin(1.99e-21, many)).toBeNull();
    expect(logWithin(2.01e-21, many)).toBe(Math.log(2.01e-21));
  });
});

describe('the reference', () => {
  const tilted = Array.from({ length: 200 }, (_, i) => {
    const along = ((i * 0.6180339887) % 1) * 10;
    const across = (i * 0.4142135623) % 1;
    return [5 + along * 0.6 - across * 0.8, -3 + along * 0.8 + across * 0.6];
  });
  const points = toPoints(matrixOf(tilted));

  it('along the columns holds each column between its least and its greatest value, and fills it', () => {
    const drawn = rowsOf(gapReference(referenceBox(points, 'box'), 0, 1));
    expect(drawn).toHaveLength(200);
    for (const j of [0, 1]) {
      const given = tilted.map((row) => row[j]);
      const values = drawn.map((row) => row[j]);
      const [low, high] = [Math.min(...given), Math.max(...given)];
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      // Uniform: mean in the middle, variance a twelfth of the squared width; five standard errors.
      const mean = values.reduce((sum, value) => sum + value, 0) / 200;
      expect(Math.abs(mean - (low + high) / 2)).toBeLessThan((5 * (high - low)) / Math.sqrt(12 * 200));
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200;
      expect(variance / (high - low) ** 2).toBeGreaterThan(1 / 12 / 1.4);
      expect(variance / (high - low) ** 2).toBeLessThan(1.4 / 12);
    }
  });

  it('along the principal axes keeps to the tilted strip, which that along the columns leaves', () => {
    const across = (row: number[]): number => (row[0] - 5) * -0.8 + (row[1] + 3) * 0.6;
    const widthOf = (kind: 'pca' | 'box'): number => {
      const offsets = rowsOf(gapReference(referenceBox(points, kind), 0, 1)).map(across);
      return Math.max(...offsets) - Math.min(...offsets);
    };
    // The strip is 1 wide; the axes are estimated from 200 rows, so the strip is tilted by a little over its length of 10.
    expect(widthOf('pca')).toBeLessThan(1.3);
    expect(widthOf('box')).toBeGreaterThan(5);
  });

  it('is the same for the same draw, and another for another draw or seed', () => {
    const box = referenceBox(points);
    expect(gapReference(box, 3, 1)).toEqual(gapReference(box, 3, 1));
    expect(gapReference(box, 4, 1)).not.toEqual(gapReference(box, 3, 1));
    expect(gapReference(box, 3, 2)).not.toEqual(gapReference(box, 3, 1));
    // Pinned: a stream of its own, whose numbers decide what is replayed.
    expect(rowsOf(gapReference(referenceBox(toPoints(matrixOf([[0], [1]])), 'box'), 2, 1))).toEqual([
      [0.7408453389171845],
      [0.18016338120259112],
    ]);
  });

  it('moves and scales with the data', () => {
    const moved = matrixOf(tilted.map(([a, b]) => [a * 8 + 100, b * 8 - 50]));
    for (const kind of ['pca', 'box'] as const) {
      const one = rowsOf(gapReference(referenceBox(points, kind), 0, 1));
      const other = rowsOf(gapReference(referenceBox(toPoints(moved), kind), 0, 1));
      one.forEach(([a, b], i) => {
        expect(other[i][0]).toBeCloseTo(a * 8 + 100, 8);
        expect(other[i][1]).toBeCloseTo(b * 8 - 50, 8);
      });
    }
  });

  it('the padding of the rows stays zero', () => {
    const { stride, values, rows, cols } = gapReference(referenceBox(points), 0, 1);
    for (let i = 0; i < rows; i++)
      expect(Array.from(values.subarray(i * stride + cols, (i + 1) * stride))).toEqual([0, 0]);
  });

  it.each(['pca', 'box'] as const)('of degenerate data is degenerate in the same way (%s)', (kind) => {
    const draw = (rows: number[][]): number[][] =>
      rowsOf(gapReference(referenceBox(toPoints(matrixOf(rows)), kind), 0, 1));
    // Identical rows: only they can be drawn.
    for (const row of draw([
      [0.1, 7],
      [0.1, 7],
      [0.1, 7],
    ])) {
      expect(row[0]).toBeCloseTo(0.1, 14);
      expect(row[1]).toBeCloseTo(7, 14);
    }
    // A constant column stays constant.
    for (const row of draw([
      [1, 7],
      [2, 7],
      [4, 7],
    ]))
      expect(row[1]).toBeCloseTo(7, 14);
    // Below two rows there is no box.
    for (const rows of [[], [[1, 2]]])
      expect(() => referenceBox(toPoints(matrixOf(rows, 2)), kind)).toThrow(
        expect.objectContaining({
          code: 'INSUFFICIENT_DATA',
          message: expect.stringContaining(`got ${rows.length}`),
          details: { rows: rows.length },
        }),
      );
    for (const bad of [NaN, Infinity, -Infinity])
      expect(() =>
        referenceBox(
          toPoints(
            matrixOf([
              [1, 1],
              [2, bad],
              [3, 3],
            ]),
          ),
          kind,
        ),
      ).toThrow(expect.objectContaining({ code: 'NOT_FINITE', message: expect.stringContaining('column 2') }));
    // Both ends are numbers, the distance between them is not; one such column is enough.
    const far = matrixOf([
      [1, 1e308],
      [2, -1e308],
    ]);
    expect(() => referenceBox(toPoints(far), kind)).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE', message: expect.stringContaining('too large') }),
    );
  });

  it('collinear rows keep to their line along the principal axes', () => {
    const line = Array.from({ length: 20 }, (_, i) => [i, 2 * i]);
    for (const [a, b] of rowsOf(gapReference(referenceBox(toPoints(matrixOf(line))), 0, 1)))
      expect(b).toBeCloseTo(2 * a, 9);
  });
});

describe('the whole procedure', () => {
  it.each(['pca', 'box'] as const)('finds three separated groups, and that one cloud has none (%s)', (kind) => {
    const { matrix } = blobs(
      [
        [0, 0],
        [9, 0],
        [0, 9],
      ],
      [50, 40, 30],
      1,
    );
    expect(gapOf(toPoints(matrix), kind).k).toBe(3);
    const cloud = blobs([[0, 0]], [120], 1);
    expect(gapOf(toPoints(cloud.matrix), kind).k).toBe(1);
  });

  it('an elongated cloud is one group along the principal axes, but not along the columns', () => {
    // The reason for the principal axes: a long tilted group differs from a square box, not from a strip.
    const { matrix } = blobs([[0, 0]], [150], 1);
    const long = matrixOf(
      Array.from({ length: 150 }, (_, i) => {
        const [along, across] = [matrix.values[2 * i] * 10, matrix.values[2 * i + 1]];
        return [along + across, along - across];
      }),
    );
    expect(gapOf(toPoints(long), 'pca').k).toBe(1);
    expect(gapOf(toPoints(long), 'box').k).not.toBe(1);
  });

  it('as many clusters as distinct rows, or identical rows, give no gap and no NaN', () => {
    const few = toPoints(
      matrixOf([
        [0, 1],
        [0, 1],
        [5, 5],
        [5, 5],
        [9, 1],
        [9, 1],
      ]),
    );
    const found = gapOf(few, 'pca', 3);
    expect(found.gap.slice(0, 2).every(Number.isFinite)).toBe(true);
    expect(found.gap.slice(2)).toEqual([null, null, null]);
    const same = gapOf(toPoints(matrixOf(Array.from({ length: 6 }, () => [0.1, 0.7]))), 'box', 3);
    expect(same).toEqual({ gap: [null, null, null, null, null], se: [null, null, null, null, null], k: null });
  });
});
