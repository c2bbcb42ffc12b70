import { parseCron } from '../../../src/config/cron';
import { missingTimes } from '../../../src/core/schedule/missing-times';

const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)];
const missing = (cron: string, zone: string): string[] => missingTimes(parseCron(cron), zone, from, to).map(({ day, time }) => `${day} ${time}`);

describe('times that a day does not have', () => {
  it('names each spring night whose time is skipped', () => {
    // 03:00 to 04:00 does not exist in Helsinki on the last Sunday of March; Temporal skips such a night altogether.
    expect(missingTimes(parseCron('30 3 * * *'), 'Europe/Helsinki', from, to)).toEqual([
      { day: '2026-03-29', time: '03:30', from: '03:00', to: '04:00' },
      { day: '2027-03-28', time: '03:30', from: '03:00', to: '04:00' },
    ]);
    expect(missing('30 2 * * *', 'Europe/Berlin')).toEqual(['2026-03-29 02:30', '2027-03-28 02:30']);
    expect(missing('0 0 * * *', 'Asia/Beirut')).toEqual(['2026-03-29 00:00', '2027-03-28 00:00']);
  });

  it('leaves alone what exists on every day it names', () => {
    expect(missing('30 2 * * *', 'Europe/Helsinki')).toEqual([]);
    expect(missing('0 4 * * *', 'Europe/Helsinki')).toEqual([]);
    expect(missing('30 3 * * *', 'UTC')).toEqual([]);
    // Clocks change on Sundays.
    expect(missing('30 3 * * 1-6', 'Europe/Helsinki')).toEqual([]);
    expect(missing('30 3 1 * *', 'Europe/Helsinki')).toEqual([]);
    expect(missing('30 3 * 4-12 *', 'Europe/Helsinki')).toEqual([]);
  });

  it('takes a day that either the month or the week names, where both do', () => {
    expect(missing('30 3 29 * 1', 'Europe/Helsinki')).toEqual(['2026-03-29 03:30']);
  });
});
