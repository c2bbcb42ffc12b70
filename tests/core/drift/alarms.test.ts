import { dealGroups, drawGroups } from '../../../src/core/drift/groups';
import { featureDrift } from '../../../src/core/drift/feature-drift';
import { customers, driftOf, falseAlarms, ids, shiftsFound, THRESHOLDS } from '../../support/drift-trials';

// Small numbers of what tests/prove/drift.test.ts does a hundred times, also with 1,000,000 customers.
it.each(['both', 'today'] as const)('raises no alarm on resamples of the same data (%s)', (days) => {
  expect(falseAlarms(1000, 4, days)).toEqual([]);
});

it.each([
  ['a tenth among the same customers', { shift: 0.1, paired: true, column: 'spend' }],
  ['15 % among others', { shift: 0.15, paired: false, column: 'spend' }],
  ['a tenth less', { shift: -0.1, paired: true, column: 'recency' }],
])('finds a planted shift of %s', (_, shift) => {
  const { found, by, elsewhere } = shiftsFound(20_000, 2, shift);
  expect({ found, mean: by.mean, elsewhere }).toEqual({ found: 2, mean: 2, elsewhere: 0 });
});

describe('the alarm', () => {
  const of = (reference: Float64Array, current: Float64Array) => {
    const groups = dealGroups(ids(reference.length, 'c'), ids(current.length, 'd'), 0);
    return featureDrift({ name: 'x', label: 'X', unit: '' }, { reference, current }, groups, drawGroups(groups, 300, 0), { thresholds: THRESHOLDS, features: 1 });
  };
  const filled = (n: number, value: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => value(i));

  it('names what moved: a shape with the same mean is no change of the mean', () => {
    const { alarms, ks, mean } = of(filled(1000, (i) => 1 + (i % 100)), filled(1000, (i) => (i % 2 === 0 ? 1 : 100)));
    expect(alarms).toEqual(['psi', 'ks']);
    expect(ks).toBeCloseTo(0.49, 10);
    expect(Math.abs(mean!.change)).toBeLessThan(0.01);
  });

  it('takes a threshold that is just met as passed', () => {
    // 0 and 1 in equal parts; today 10 points more of 1
    const { ks, alarms } = of(filled(1000, (i) => i % 2), filled(1000, (i) => (i % 10 < 6 ? 1 : 0)));
    expect(ks).toBeCloseTo(0.1, 14);
    expect(alarms).not.toContain('ks');
  });

  it('is raised by a column that is no longer filled', () => {
    const { alarms, psi, ks, mean, missing, values } = of(filled(200, (i) => i), filled(100, () => NaN));
    expect({ alarms, psi, ks, mean, missing, values }).toEqual({ alarms: ['missing'], psi: null, ks: null, mean: null, missing: { reference: 0, current: 1 }, values: { reference: 200, current: 0 } });
  });

  it('shares the level between the features', () => {
    const [reference, current] = [customers(2000, 1), customers(2000, 2)];
    const width = (features: string[]): number => {
      const pick = (of: typeof reference) => Object.fromEntries(features.map((name) => [name, of[name]])) as typeof reference;
      const { low, high } = driftOf({ ...pick(reference), spend: reference.spend }, { ...pick(current), spend: current.spend }, { paired: false }).find(({ feature }) => feature === 'spend')!.mean!;
      return high - low;
    };
    expect(width(['recency', 'orders', 'gap', 'night'])).toBeGreaterThan(width([]));
  });
});
