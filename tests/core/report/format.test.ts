import {
  count,
  date,
  fixed,
  index,
  lift,
  list,
  money,
  month,
  percent,
  plain,
  plural,
  sentence,
  shortDate,
  signed,
} from '../../../src/core/report/format';
import { unitsOf } from '../../../src/core/report/units';
import type { FeatureSpec } from '../../../src/contracts/features';

describe('numbers as British English writes them', () => {
  it.each([
    [0, 0, '0'],
    [999, 0, '999'],
    [1000, 0, '1,000'],
    [1234567.891, 2, '1,234,567.89'],
    [-1234.5, 2, '−1,234.50'],
    [-0.001, 2, '0.00'],
    [-0, 0, '0'],
  ])('writes %p with %p decimals as %p', (value, decimals, text) => expect(fixed(value, decimals)).toBe(text));

  it('writes what is not there, and what is no number, as a dash', () => {
    expect([
      count(null),
      percent(undefined),
      money(null, 'EUR'),
      plain(null),
      lift(null),
      fixed(NaN, 1),
      fixed(Infinity, 1),
      index(null),
    ]).toEqual(Array(8).fill('–'));
  });

  it('keeps about three significant digits, and whole numbers whole', () => {
    expect([plain(3), plain(1234.5), plain(123.4), plain(12.34), plain(1.234), plain(-0.5)]).toEqual([
      '3',
      '1,235',
      '123',
      '12.3',
      '1.23',
      '−0.50',
    ]);
  });

  it('shows pence below a thousand only, and unknown currencies by their code', () => {
    expect([money('8278519.4240', 'GBP'), money(674.45, 'GBP'), money(-12, 'EUR'), money(1000, 'CHF')]).toEqual([
      '£8,278,519',
      '£674.45',
      '−€12.00',
      'CHF\u00a01,000',
    ]);
  });

  it('signs numbers, but not a zero', () => {
    expect([signed(1.236), signed(-1.236), signed(0.001), signed(-0.001)]).toEqual(['+1.24', '−1.24', '0.00', '0.00']);
  });

  it('writes shares, ratios, counts of things and lists', () => {
    expect([percent(0.2711), percent(0, 0), lift(2.4), lift(12.34), plural(1, 'row'), plural(2000, 'row')]).toEqual([
      '27.1%',
      '0%',
      '×2.40',
      '×12.3',
      '1 row',
      '2,000 rows',
    ]);
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    expect([sentence('k is the limit'), sentence('Done.')]).toEqual(['K is the limit.', 'Done.']);
  });

  it('writes dates without a clock or a time zone', () => {
    expect([date('2011-12-09'), shortDate('2011-12-09'), month('2010-12-01'), date('soon')]).toEqual([
      '9 December 2011',
      '9 Dec 2011',
      'Dec 2010',
      'soon',
    ]);
  });
});

describe('values of a feature', () => {
  const spec = (name: string, kind: FeatureSpec['kind'], unit: string): FeatureSpec => ({
    name,
    group: 'g',
    kind,
    unit,
    label: name,
    whole: null,
    words: null,
  });
  const units = unitsOf({
    asOf: '2024-01-31',
    revenue: 'net',
    currency: 'EUR',
    customers: 1,
    totalRevenue: '0',
    cohorts: [],
    features: [
      spec('recency_days', 'days', 'days'),
      spec('monetary', 'amount', 'EUR'),
      spec('return_rate', 'share', '%'),
    ],
  });
  it('go with their kind: days, money, share', () => {
    expect([
      units.withUnit('recency_days', 'days', 12),
      units.withUnit('monetary', 'EUR', 2500),
      units.withUnit('return_rate', '%', 0.034),
      units.withUnit('recency_days', 'days', null),
    ]).toEqual(['12 days', '€2,500', '3.4%', '–']);
  });
  it('of a figure that is no feature go with its unit', () => {
    expect([units.withUnit('revenue', 'EUR', 99.5), units.withUnit('visits', 'visits', 3)]).toEqual([
      '€99.50',
      '3 visits',
    ]);
  });
});
