import { dealGroups, drawGroups } from '../../../src/core/drift/groups';
import { meanChange, type TwoDays } from '../../../src/core/drift/mean-change';
import { normalQuantile } from '../../../src/core/drift/normal-quantile';
import { ids, normal, random } from '../../support/drift-trials';

const LEVEL = 0.01;

function changeOf(column: TwoDays, options: { paired: boolean; cap?: number; level?: number; draws?: number; seed?: number }) {
  const { paired, cap = Infinity, level = LEVEL, draws = 400, seed = 0 } = options;
  const groups = dealGroups(ids(column.reference.length, 'c'), ids(column.current.length, paired ? 'c' : 'd'), seed);
  return meanChange(column, cap, groups, drawGroups(groups, draws, seed), level);
}

const drawn = (n: number, seed: number, draw: (z: number) => number): Float64Array => {
  const source = random(seed);
  return Float64Array.from({ length: n }, () => draw(normal(source)));
};
const spend = (n: number, seed: number): Float64Array => drawn(n, seed, (z) => 50 + 20 * z);
const errorOf = (values: Float64Array): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / values.length;
};

it('is exact where every customer is as before, or twice as much', () => {
  const reference = spend(500, 1);
  expect(changeOf({ reference, current: reference }, { paired: true })).toMatchObject({ change: 0, low: 0, high: 0 });
  const twice = changeOf({ reference, current: reference.map((x) => 2 * x) }, { paired: true })!;
  expect([twice.change, twice.low, twice.high].map((x) => Math.abs(x - 1) < 1e-12)).toEqual([true, true, true]);
});

it('counts values above the cap as the cap', () => {
  const reference = Float64Array.from({ length: 100 }, (_, i) => (i === 0 ? 1e9 : 10 + (i % 2)));
  const current = reference.map((x, i) => (i === 0 ? 1 : x));
  // 49 x 10 + 50 x 11 + the cap 11 = 1051; today 1 instead of 11
  expect(changeOf({ reference, current }, { paired: true, cap: 11 })).toMatchObject({ reference: 10.51, current: 10.41 });
});

it('takes customers of both days as pairs: what differs between customers does not blur what changes in them', () => {
  const reference = spend(2000, 2);
  const current = reference.map((x) => 1.1 * x);
  const width = ({ low, high }: { low: number; high: number }): number => high - low;
  const [paired, unpaired] = [true, false].map((each) => changeOf({ reference, current }, { paired: each })!);
  expect(paired.change).toBeCloseTo(unpaired.change, 12);
  expect(width(paired)).toBeLessThan(1e-9);
  expect(width(unpaired)).toBeGreaterThan(0.03);
});

it.each([['customers', 1500], ['groups of customers', 30_000]])('has the width of the normal interval where the means are normal, drawing %s', (_, n) => {
  const [reference, current] = [spend(n, 3), spend(n, 4)];
  const { low, high } = changeOf({ reference, current }, { paired: false, draws: 2000, level: 0.05 })!;
  // the two errors are independent: that of a ratio near 1 is the root of their squares over the mean of 50
  const error = Math.hypot(errorOf(reference), errorOf(current)) / 50;
  expect((high - low) / (2 * -normalQuantile(0.025) * error)).toBeGreaterThan(0.95);
  expect((high - low) / (2 * -normalQuantile(0.025) * error)).toBeLessThan(1.1);
});

it('covers the true change of skewed customers as often as it says, some of them present on both days', () => {
  let covered = 0;
  for (let trial = 0; trial < 150; trial++) {
    const then = drawn(160, 2 * trial + 10, (z) => Math.exp(0.7 * z));
    const later = drawn(160, 2 * trial + 11, (z) => Math.exp(0.7 * z));
    // the first 80 customers of today were there before, and have 1.2 times as much
    const current = Float64Array.from(later, (x, i) => 1.2 * (i < 80 ? then[i] : x));
    const groups = dealGroups(ids(160, 'c'), [...ids(80, 'c'), ...ids(80, 'd')], trial);
    expect(groups.both).toBe(80);
    const found = meanChange({ reference: then, current }, Infinity, groups, drawGroups(groups, 400, trial), 0.1)!;
    if (found.low <= 0.2 && found.high >= 0.2) covered++;
  }
  // 90 %, and 3 standard errors of 150 trials (7 points); the farther of two quantiles is taken, so more is as it should be
  expect(covered / 150).toBeGreaterThan(0.83);
});

it('says nothing of a mean that is hardly above 0, and of a handful of values', () => {
  const around = drawn(500, 5, (z) => z);
  expect(changeOf({ reference: around, current: around.map((x) => x + 1) }, { paired: false })).toBeNull();
  const few = spend(500, 6).map((x, i) => (i < 29 ? x : NaN));
  expect(changeOf({ reference: spend(500, 6), current: few }, { paired: false })).toBeNull();
  expect(changeOf({ reference: few, current: spend(500, 6) }, { paired: false })).toBeNull();
});

it('leaves missing values out', () => {
  const [reference, current] = [spend(300, 7), spend(300, 8)];
  const gaps = (values: Float64Array): Float64Array => Float64Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? values[i / 2] : NaN));
  const [full, gappy] = [changeOf({ reference, current }, { paired: false })!, changeOf({ reference: gaps(reference), current: gaps(current) }, { paired: false })!];
  expect(gappy.change).toBeCloseTo(full.change, 12);
  expect(gappy.high - gappy.low).toBeGreaterThan(0.8 * (full.high - full.low));
  expect(gappy.high - gappy.low).toBeLessThan(1.25 * (full.high - full.low));
});
