import { withCommas } from '../../../src/core/extract/summary';

it.each([
  [12, '12'],
  [999, '999'],
  [1000, '1,000'],
  [541909, '541,909'],
  [-1234567, '-1,234,567'],
  ['8911407.9040', '8,911,407.9040'],
  ['-1234.5678', '-1,234.5678'],
  ['0.123456', '0.123456'],
])('%s is written %s', (value, text) => expect(withCommas(value)).toBe(text));
