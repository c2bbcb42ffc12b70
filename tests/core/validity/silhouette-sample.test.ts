import fc from 'fast-check';
import { toPoints } from '../../../src/core/clustering/points';
import {
  EXACT_SILHOUETTE_ROWS,
  estimateSilhouettes,
  planSampled,
  sampledBlocks,
  sampledValues,
  strataOf,
  stratifiedMean,
  stratifiedSample,
} from '../../../src/core/validity/silhouette-sample';
import { blobs, idsOf, matrixOf } from '../clustering/data';
import { rowSilhouettes, sampleSilhouettes, silhouettes } from './silhouettes';

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('the sample', () => {
  const labels = Int32Array.from({ length: 1000 }, (_, i) => (i < 20 ? 2 : i % 7 === 0 ? 1 : 0));
  const ids = idsOf(1000);

  it('shares its rows out over the strata by their sizes, at least five of each', () => {
    const { rows, stratum, sizes } = stratifiedSample(ids, { k: 4, labels }, 100, 1);
    expect(sizes).toEqual([840, 140, 20, 0]);
    expect([0, 1, 2, 3].map((h) => stratum.filter((s) => s === h).length)).toEqual([84, 14, 5, 0]);
    expect(Array.from(rows)).toEqual([...new Set(rows)].sort((a, b) => a - b));
    expect(Array.from(stratum)).toEqual(Array.from(rows, (row) => labels[row]));
  });

  it('a stratum smaller than the least is taken whole, and so is everything where the size allows', () => {
    const few = Int32Array.from(labels, (_, i) => (i < 3 ? 1 : 0));
    expect(stratifiedSample(ids, { k: 2, labels: few }, 10, 1).stratum.filter((s) => s === 1)).toHaveLength(3);
    for (const size of [1000, 5000])
      expect(stratifiedSample(ids, { k: 3, labels }, size, 1).rows).toEqual(Int32Array.from(ids.keys()));
  });

  it('draws the same customers whatever their order and the names of the strata; others for another seed', () => {
    const order = [...ids.keys()].sort((a, b) => ((a * 7919) % 1009) - ((b * 7919) % 1009));
    const drawn = (rows: Iterable<number>, of: string[]): string[] => Array.from(rows, (row) => of[row]).sort();
    const one = stratifiedSample(ids, { k: 3, labels }, 100, 1);
    const shuffled = order.map((i) => ids[i]);
    const renamed = Int32Array.from(order, (i) => [1, 2, 0][labels[i]]);
    const other = stratifiedSample(shuffled, { k: 3, labels: renamed }, 100, 1);
    expect(drawn(other.rows, shuffled)).toEqual(drawn(one.rows, ids));
    expect(drawn(stratifiedSample(ids, { k: 3, labels }, 100, 2).rows, ids)).not.toEqual(drawn(one.rows, ids));
  });

  it('labels that do not fit are refused with a code', () => {
    for (const bad of [new Int32Array(999), Int32Array.from(labels, () => 3), Int32Array.from(labels, () => -1)])
      expect(() => stratifiedSample(ids, { k: 3, labels: bad }, 10, 1)).toThrow(
        expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
      );
    expect(() => stratifiedSample(['a'], { k: 3, labels: new Int32Array(2) }, 10, 1)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('0..2'), details: { k: 3, ids: 1, labels: 2 } }),
    );
    expect(stratifiedSample([], { k: 2, labels: new Int32Array(0) }, 10, 1).rows).toHaveLength(0);
  });
});

describe('the estimate', () => {
  it('equals the values worked out by hand', () => {
    // Strata of 4 and 2 rows; drawn 1, 3 (mean 2, variance 2) and all of the second (mean 10).
    const sample = { rows: Int32Array.of(0, 1, 2, 3), stratum: Int32Array.of(0, 1, 0, 1), sizes: [4, 2] };
    // Value 4/6 · 2 + 2/6 · 10; variance (4/6)² · (1 − 2/4) · 2 / 2.
    const { value, standardError } = stratifiedMean([1, 9, 3, 11], sample);
    expect(value).toBeCloseTo(28 / 6, 14);
    expect(standardError).toBeCloseTo(Math.sqrt((4 / 9) * 0.5), 14);
  });

  it('of all rows is exact, without an error', () => {
    const sample = { rows: Int32Array.of(0, 1, 2), stratum: Int32Array.of(0, 0, 1), sizes: [2, 1, 0] };
    expect(stratifiedMean([1, 2, 6], sample)).toEqual({ value: 3, standardError: 0 });
  });

  it('values that do not fit, and strata with nothing to measure their spread by, are refused with a code', () => {
    const refused = (values: number[], stratum: number[], sizes: number[]): void =>
      expect(() =>
        stratifiedMean(values, { rows: Int32Array.from(stratum.keys()), stratum: Int32Array.from(stratum), sizes }),
      ).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_DATA' }));
    refused([], [], [0]);
    refused([1], [0, 0], [2]);
    refused([1], [0], [2]);
    refused([1, 2], [0, 0], [2, 1]);
    refused([1, 2, 3], [0, 0, 1], [2, 2]);
    const one = { rows: Int32Array.of(0), stratum: Int32Array.of(0), sizes: [2] };
    expect(() => stratifiedMean([1, 2], one)).toThrow('2 values do not fit a sample of 1 rows');
    expect(() => stratifiedMean([1], one)).toThrow('too few sampled rows');
  });
});

describe('silhouettes of a sample', () => {
  const { matrix, truth } = blobs(
    [
      [0, 0],
      [3, 0],
      [0, 4],
      [6, 6],
    ],
    [600, 400, 180, 20],
    1.2,
  );
  const points = toPoints(matrix);
  const ids = idsOf(points.rows);
  const strata = { k: 4, labels: truth };
  // Another number of clusters on the same rows: the strata are those of four.
  const two = { k: 2, labels: truth.map((label) => Math.min(label, 1)) };

  it('of each row have the mean that is known, in the order of the rows', () => {
    const labelings = [strata, two];
    const exact = silhouettes(points, labelings);
    labelings.forEach((labeling, l) => expect(mean(rowSilhouettes(points, labeling))).toBeCloseTo(exact[l], 12));
    // Rows of the small group far off are the best placed, whatever the order in which distances are summed.
    const values = rowSilhouettes(points, strata);
    expect(mean(values.filter((_, i) => truth[i] === 3))).toBeGreaterThan(0.6);
    expect(mean(values.filter((_, i) => truth[i] === 0))).toBeLessThan(0.5);
  });

  it('are the exact ones of the sampled rows, for each labelling', () => {
    const sample = stratifiedSample(ids, strata, 150, 3);
    const plan = planSampled(points, [strata, two], sample);
    const exact = [strata, two].map((labeling) => rowSilhouettes(points, labeling));
    const values = sampledValues(plan, 0, sample.rows.length);
    sample.rows.forEach((row, i) => {
      expect(values[i]).toBeCloseTo(exact[0][row], 12);
      expect(values[sample.rows.length + i]).toBeCloseTo(exact[1][row], 12);
    });
  });

  it('can lie in memory that all threads read, but do so only when asked', () => {
    const sample = stratifiedSample(ids, strata, 20, 3);
    const inShared = (shared?: boolean): boolean =>
      planSampled(points, [strata], sample, shared).plan.points.values.buffer instanceof SharedArrayBuffer;
    expect([inShared(), inShared(true)]).toEqual([false, true]);
  });

  it('in blocks, put together in order, give the same bits as at once, and those of the estimate', () => {
    const sample = stratifiedSample(ids, strata, 300, 3);
    const plan = planSampled(points, [strata, two], sample);
    const ranges = sampledBlocks(sample.rows.length);
    expect(ranges.length).toBeGreaterThan(2);
    const blocks = ranges.map(([from, to]) => sampledValues(plan, from, to));
    const whole = estimateSilhouettes(2, sample, [sampledValues(plan, 0, sample.rows.length)]);
    expect(estimateSilhouettes(2, sample, blocks)).toEqual(whole);
    expect(sampleSilhouettes(points, [strata, two], sample)).toEqual(whole);
  });

  it('a sample of all rows is exact', () => {
    const all = stratifiedSample(ids, strata, points.rows, 3);
    const exact = silhouettes(points, [strata, two]);
    sampleSilhouettes(points, [strata, two], all).forEach(({ value, standardError }, l) => {
      expect(value).toBeCloseTo(exact[l], 12);
      expect(standardError).toBe(0);
    });
  });

  it('value ± 1.96 errors hold the exact mean in about 95 of 100 draws, with its own strata and with others, and without bias', () => {
    const draws = 500;
    const samples = Array.from({ length: draws }, (_, seed) => stratifiedSample(ids, strata, 120, seed));
    for (const labeling of [strata, two]) {
      const values = rowSilhouettes(points, labeling);
      const exact = mean(values);
      const errors = samples.map((sample) => {
        const { value, standardError } = stratifiedMean(
          Array.from(sample.rows, (row) => values[row]),
          sample,
        );
        return (value - exact) / standardError;
      });
      const covered = errors.filter((error) => Math.abs(error) <= 1.96).length;
      // 95 % of 500 is 475 with sd 5: four of them below for the small strata, three above.
      expect(covered).toBeGreaterThanOrEqual(455);
      expect(covered).toBeLessThanOrEqual(490);
      expect(Math.abs(mean(errors))).toBeLessThan(0.2);
    }
  });

  it('strata by where the rows lie, the same for every labelling, hold the exact mean as often', () => {
    for (const labeling of [strata, two]) {
      const values = rowSilhouettes(points, labeling);
      const exact = mean(values);
      const covered = Array.from({ length: 300 }, (_, seed) => {
        const sample = stratifiedSample(ids, strataOf(points, seed), 200, seed);
        expect(sample.sizes.length).toBeGreaterThan(8);
        const { value, standardError } = stratifiedMean(
          Array.from(sample.rows, (row) => values[row]),
          sample,
        );
        return Math.abs(value - exact) <= 1.96 * standardError;
      }).filter(Boolean).length;
      // 95 % of 300 is 285 with sd 3.8.
      expect(covered).toBeGreaterThanOrEqual(270);
      expect(covered).toBeLessThanOrEqual(297);
    }
  });

  it('rows that are measured within the sample only would be off by more than the error says', () => {
    // The reason for measuring against all rows, on nine clusters of a cloud without groups.
    const cloud = blobs([[0, 0, 0]], [900], 1).matrix;
    const labels = Int32Array.from({ length: 900 }, (_, i) => {
      const angle = Math.atan2(cloud.values[3 * i], cloud.values[3 * i + 1]);
      return Math.min(8, Math.floor(((angle + Math.PI) / (2 * Math.PI)) * 9));
    });
    const all = toPoints(cloud);
    const exact = mean(rowSilhouettes(all, { k: 9, labels }));
    const z = Array.from({ length: 40 }, (_, seed) => {
      const sample = stratifiedSample(idsOf(900), { k: 9, labels }, 90, seed);
      const within = rowSilhouettes(toPoints(cloud, { rows: sample.rows }), { k: 9, labels: sample.stratum });
      const { value, standardError } = stratifiedMean(within, sample);
      return (value - exact) / standardError;
    });
    expect(Math.abs(mean(z))).toBeGreaterThan(0.5);
  });

  it('depends neither on the names of the clusters nor on the order of the rows', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 20, max: 200 }), (salt, size) => {
        const order = [...ids.keys()].sort((a, b) => ((a * 7919 + salt) % 1213) - ((b * 7919 + salt) % 1213) || a - b);
        const renamed = { k: 4, labels: Int32Array.from(order, (i) => [3, 1, 0, 2][truth[i]]) };
        const [one] = sampleSilhouettes(points, [strata], stratifiedSample(ids, strata, size, 1));
        const shuffled = order.map((i) => ids[i]);
        const [other] = sampleSilhouettes(
          toPoints(matrix, { rows: order }),
          [renamed],
          stratifiedSample(shuffled, renamed, size, 1),
        );
        expect(other.value).toBeCloseTo(one.value, 9);
        expect(other.standardError).toBeCloseTo(one.standardError, 9);
      }),
      { numRuns: 5 },
    );
  });

  it('one cluster, and one per row, are refused with a code', () => {
    const line = toPoints(matrixOf([[0], [1], [3]]));
    const sample = stratifiedSample(idsOf(3), { k: 1, labels: new Int32Array(3) }, 2, 1);
    for (const labeling of [
      { k: 1, labels: new Int32Array(3) },
      { k: 3, labels: Int32Array.of(0, 1, 2) },
    ])
      expect(() => sampleSilhouettes(line, [labeling], sample)).toThrow(
        expect.objectContaining({ code: 'INSUFFICIENT_DATA' }),
      );
  });

  it('is meant for more rows than are measured exactly', () => expect(EXACT_SILHOUETTE_ROWS).toBe(10_000));
});
