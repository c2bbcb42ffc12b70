import { suppress, suppressTogether } from '../../../src/core/privacy/suppress';
import { shownCount } from '../../../src/core/report/suppress';

describe('counts of fewer than kMin customers', () => {
  it('are suppressed from 1 to kMin − 1; 0 and kMin are shown', () => {
    expect([0, 1, 10, 11].map((n) => shownCount(suppress(n, 11), 11))).toEqual(['0', '< 11', '< 11', '11']);
  });
  it('take the smallest other count with them when they are alone in a sum', () => {
    // The sum is known: 1,074 − 1,000 − 57 − 12 would give the 5 away.
    expect(suppressTogether([1000, 5, 57, 12, 0], 11)).toEqual([1000, 'small', 57, 'withheld', 0]);
  });
  it('need no company when two are suppressed', () => {
    expect(suppressTogether([1000, 5, 6, 12], 11)).toEqual([1000, 'small', 'small', 12]);
  });
  it('stay alone where no other customer is counted', () => expect(suppressTogether([0, 5], 11)).toEqual([0, 'small']));
  it('are told apart from those withheld for their sake', () => expect(shownCount('withheld', 11)).toBe('withheld'));
});
