import { PipelineError } from '../../contracts/errors';
import { dayNumber, isoDay } from './days';

/**
 * What clocks on the wall of a zone show, by the time zone data of the runtime: nothing else here may depend on a zone. No byte of an artifact
 * comes from it; an as-of date worked out with it is an input of its run from then on.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
    return format;
  } catch {
    throw new PipelineError('CONFIG_INVALID', `there is no time zone "${zone}": write an IANA name such as Europe/Berlin or UTC`, { zone });
  }
}

/** A time on the wall. */
export interface WallTime {
  /** YYYY-MM-DD. */
  readonly day: string;
  /** Minutes since midnight. */
  readonly minute: number;
}

/**
 * @param instant Milliseconds since 1970-01-01 00:00 UTC.
 * @throws PipelineError `CONFIG_INVALID` where there is no such zone.
 */
export function wallTime(zone: string, instant: number): WallTime {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return { day: `${parts.year.padStart(4, '0')}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** What a clock shows, as minutes since 1970-01-01 00:00 of that clock. */
const shown = (zone: string, instant: number): number => {
  const { day, minute } = wallTime(zone, instant);
  return dayNumber(day) * MINUTES_OF_DAY + minute;
};

const MINUTE_MS = 60_000;
const MINUTES_OF_DAY = 1440;
const DAY_MS = MINUTES_OF_DAY * MINUTE_MS;

/** Clocks are put forward: times from `from` to before `to` do not exist on that day. */
export interface Gap {
  readonly day: string;
  /** Minutes since midnight; `to` may lie beyond the day's end. */
  readonly from: number;
  readonly to: number;
}

/** Every time that clocks of a zone are put forward between two instants. O(days), some 10 µs each. */
export function gapsOf(zone: string, from: number, to: number): Gap[] {
  const gaps: Gap[] = [];
  const start = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  for (let at = start; at < to; at += DAY_MS) {
    if (shown(zone, at + DAY_MS) - shown(zone, at) <= MINUTES_OF_DAY) continue;
    let [before, after] = [at, at + DAY_MS];
    while (after - before > MINUTE_MS) {
      const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
      if (shown(zone, middle) - shown(zone, before) > (middle - before) / MINUTE_MS) after = middle;
      else before = middle;
    }
    const first = shown(zone, before) + 1;
    const day = Math.floor(first / MINUTES_OF_DAY);
    gaps.push({ day: isoDay(day), from: first - day * MINUTES_OF_DAY, to: shown(zone, after) - day * MINUTES_OF_DAY });
  }
  return gaps;
}

/**
 * The business date of a scheduled run: the local day of its nominal time, less `offset` days. 1 is the last day that was complete then,
 * whatever clocks did in between.
 *
 * @param nominal Milliseconds since 1970-01-01 00:00 UTC, without jitter.
 * @param offset Days, >= 1.
 * @throws PipelineError `CONFIG_INVALID` where there is no such zone.
 */
export function asOfAt(nominal: number, zone: string, offset: number): string {
  return isoDay(dayNumber(wallTime(zone, nominal).day) - offset);
}

/** `03:30` of minutes since midnight. */
export const clock = (minute: number): string => `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
