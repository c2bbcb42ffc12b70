import fc from 'fast-check';
import { datesOf, dayNumber, isoDay } from '../../../src/core/schedule/days';
import { asOfAt, clock, gapsOf, wallTime } from '../../../src/core/schedule/zone';

const DAY_MS = 86_400_000;
/** Clocks change at 01:00 UTC, at midnight, by half an hour, in the south, not at all, and a whole day was left out once. */
const ZONES = [
  'UTC',
  'Europe/Helsinki',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'America/Havana',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 }).map((s) => s * 1000);

/** The first instant of a local day, by looking at every minute around it: independent of `asOfAt`. */
function startOf(day: string, inZone: string): number {
  for (let at = dayNumber(day) * DAY_MS - 16 * 3_600_000; ; at += 60_000) if (wallTime(inZone, at).day >= day) return at;
}

describe('the as-of date of a nominal time', () => {
  it('is the last day that is complete then, over changes of the clocks in all zones', () => {
    fc.assert(
      fc.property(zone, instant, (inZone, nominal) => {
        const asOf = asOfAt(nominal, inZone, 1);
        const next = isoDay(dayNumber(asOf) + 1);
        expect(startOf(next, inZone)).toBeLessThanOrEqual(nominal);
        expect(startOf(isoDay(dayNumber(asOf) + 2), inZone)).toBeGreaterThan(nominal);
      }),
      { numRuns: 60 },
    );
  });

  it('takes each day exactly once when a night comes at the same wall time, spring and autumn', () => {
    // The weeks in which clocks change, north and south.
    const windows = [Date.UTC(2026, 1, 10), Date.UTC(2026, 8, 20)].map((from) => [from, from + 60 * DAY_MS] as const);
    for (const inZone of ZONES) {
      for (const [from, to] of windows) {
        // 05:30 exists once on every day of every zone here.
        const nominals: number[] = [];
        for (let at = from; at < to; at += 15 * 60_000) if (wallTime(inZone, at).minute === 330) nominals.push(at);
        const days = nominals.map((nominal) => dayNumber(asOfAt(nominal, inZone, 1)));
        expect(days.length).toBeGreaterThanOrEqual(59);
        expect(days.every((day, i) => i === 0 || day === days[i - 1]! + 1)).toBe(true);
      }
    }
  });

  it('goes back further by the offset, and is that of yesterday at midnight itself', () => {
    // Helsinki is two hours ahead of UTC in winter: 22:00 UTC is midnight there.
    const midnight = Date.UTC(2026, 0, 31, 22);
    expect(asOfAt(midnight, 'Europe/Helsinki', 1)).toBe('2026-01-31');
    expect(asOfAt(midnight - 1, 'Europe/Helsinki', 1)).toBe('2026-01-30');
    expect(asOfAt(midnight, 'Europe/Helsinki', 7)).toBe('2026-01-25');
    expect(asOfAt(midnight, 'UTC', 1)).toBe('2026-01-30');
  });

  it('names a zone that does not exist', () => {
    expect(() => asOfAt(0, 'Europe/Atlantis', 1)).toThrow('there is no time zone "Europe/Atlantis"');
  });
});

describe('gaps', () => {
  it.each([
    // By the zones' own law: 03:00 to 04:00 on the last Sunday of March; 02:00 to 03:00 on the second; half an hour; midnight itself.
    ['Europe/Helsinki', '2026-03-29', '03:00', '04:00'],
    ['America/New_York', '2026-03-08', '02:00', '03:00'],
    ['Australia/Lord_Howe', '2026-10-04', '02:00', '02:30'],
    ['Asia/Beirut', '2026-03-29', '00:00', '01:00'],
  ])('%s puts clocks forward on %s from %s to %s', (inZone, day, from, to) => {
    expect(gapsOf(inZone, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)).map((gap) => [gap.day, clock(gap.from), clock(gap.to)])).toEqual([
      [day, from, to],
    ]);
  });

  it('finds none where clocks stay as they are', () => {
    for (const inZone of ['UTC', 'Asia/Kolkata']) expect(gapsOf(inZone, Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1))).toEqual([]);
  });
});

describe('dates of a series', () => {
  it('includes both ends, in days and weeks', () => {
    expect(datesOf('2026-02-27', '2026-03-02', '1d')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(datesOf('2026-02-27', '2026-03-13', '1w')).toEqual(['2026-02-27', '2026-03-06', '2026-03-13']);
  });

  it('takes the last day of a month that is shorter, and comes back to the 31st', () => {
    expect(datesOf('2025-12-31', '2026-04-30', '1mo')).toEqual(['2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
  });

  it('refuses what is no step and an end before the start', () => {
    expect(() => datesOf('2026-01-01', '2026-01-02', '0d')).toThrow('--every 0d');
    expect(() => datesOf('2026-01-02', '2026-01-01', '1d')).toThrow('lies before');
  });
});
