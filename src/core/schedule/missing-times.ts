import { dayNumber } from './days';
import { clock, gapsOf } from './zone';

/** The part of a cron line that says which wall times it names. */
export interface CronTimes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

/** A time of the schedule that a day does not have. */
export interface MissingTime {
  readonly day: string;
  /** `03:30`. */
  readonly time: string;
  /** When clocks are put forward on that day, and to what: `03:00`, `04:00`. */
  readonly from: string;
  readonly to: string;
}

const ALL_DAYS = 31;
const ALL_WEEKDAYS = 7;
/** 1970-01-01 was a Thursday. */
const THURSDAY = 4;

/** As cron has it: where both days of the month and of the week are named, either will do. */
function firesOn({ days, months, weekdays }: CronTimes, day: string): boolean {
  const [, month, ofMonth] = day.split('-').map(Number);
  const weekday = (dayNumber(day) + THURSDAY) % ALL_WEEKDAYS;
  if (!months.includes(month)) return false;
  const [byDay, byWeekday] = [days.includes(ofMonth), weekdays.includes(weekday)];
  return days.length < ALL_DAYS && weekdays.length < ALL_WEEKDAYS ? byDay || byWeekday : byDay && byWeekday;
}

/**
 * Times that a cron line names and a day of the zone does not have, for clocks are put forward: the run of that day would be left out.
 * An hour that comes twice in autumn is no matter: such a time fires once.
 *
 * @param from, to Instants in milliseconds since 1970-01-01 00:00 UTC.
 */
export function missingTimes(cron: CronTimes, zone: string, from: number, to: number): MissingTime[] {
  return gapsOf(zone, from, to)
    .filter(({ day }) => firesOn(cron, day))
    .flatMap((gap) => {
      const times = cron.hours.flatMap((hour) => cron.minutes.map((minute) => hour * 60 + minute));
      const missing = times.filter((time) => time >= gap.from && time < gap.to);
      return missing.map((time) => ({ day: gap.day, time: clock(time), from: clock(gap.from), to: clock(gap.to) }));
    });
}
