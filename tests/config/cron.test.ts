import { parseCron } from '../../src/config/cron';

describe('cron', () => {
  it('reads numbers, lists, ranges, steps and names', () => {
    expect(parseCron('0 5 * * *')).toMatchObject({ minutes: [0], hours: [5] });
    expect(parseCron('*/20 1-3,22 1,15 jan-mar mon-fri')).toEqual({
      minutes: [0, 20, 40],
      hours: [1, 2, 3, 22],
      days: [1, 15],
      months: [1, 2, 3],
      weekdays: [1, 2, 3, 4, 5],
    });
    expect(parseCron('50/5 0 1 12 7')).toMatchObject({ minutes: [50, 55], weekdays: [0] });
  });

  it.each([
    ['0 5 * *', 'five fields'],
    ['60 5 * * *', 'the minute "60"'],
    ['0 24 * * *', 'the hour "24"'],
    ['0 5 0 * *', 'the day of month "0"'],
    ['0 5 * foo *', 'the month "foo"'],
    ['0 9-5 * * *', 'the hour "9-5"'],
    ['*/0 5 * * *', 'the minute "*/0"'],
    ['@daily', 'five fields'],
  ])('says what is wrong in %s', (text, message) => {
    expect(() => parseCron(text)).toThrow(message);
  });
});
