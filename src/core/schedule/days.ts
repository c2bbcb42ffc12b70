import { PipelineError } from '../../contracts/errors';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a date YYYY-MM-DD. */
export const dayNumber = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY_MS;

/** The date YYYY-MM-DD of a number of days since 1970-01-01. */
export const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** `1d`, `2w`, `1mo`: how far two dates of a series lie apart. */
const STEP = /^([1-9]\d{0,2})(d|w|mo)$/;

/**
 * The dates from `from` to `to`, both inclusive, ascending.
 *
 * @param every `1d`, `1w`, `1mo` and multiples. Months count from `from`: a 31st becomes the last day of a shorter month.
 * @throws PipelineError `CONFIG_INVALID` where `every` cannot be read or `to` lies before `from`.
 */
export function datesOf(from: string, to: string, every: string): string[] {
  const [, count, unit] = STEP.exec(every) ?? [];
  if (unit === undefined) throw new PipelineError('CONFIG_INVALID', `--every ${every}: write a step such as 1d, 1w or 1mo`);
  if (to < from) throw new PipelineError('CONFIG_INVALID', `the last date ${to} lies before the first ${from}`);
  const dates: string[] = [];
  for (let i = 0; ; i++) {
    const date = unit === 'mo' ? monthsAfter(from, i * Number(count)) : isoDay(dayNumber(from) + i * Number(count) * (unit === 'w' ? 7 : 1));
    if (date > to) return dates;
    dates.push(date);
  }
}

function monthsAfter(iso: string, months: number): string {
  const [year, month, day] = iso.split('-').map(Number);
  const first = Date.UTC(year, month - 1 + months, 1) / DAY_MS;
  const days = Date.UTC(year, month + months, 1) / DAY_MS - first;
  return isoDay(first + Math.min(day, days) - 1);
}
