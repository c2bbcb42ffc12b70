/** What a cron line of five fields means: minutes, hours, days of month, months, days of week (0 = Sunday), each ascending. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 7, names: WEEKDAYS },
];

/**
 * Read a cron line: numbers, `*`, lists, ranges and steps; months and days of week also by their first three letters, Sunday also as 7.
 *
 * @throws Error whose message says which field is wrong.
 */
export function parseCron(text: string): Cron {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new Error('write five fields: minute, hour, day of month, month, day of week, e.g. "0 5 * * *"');
  const [minutes, hours, days, months, weekdays] = parts.map((part, i) => valuesOf(part, FIELDS[i]));
  return { minutes, hours, days, months, weekdays: [...new Set(weekdays.map((day) => day % 7))].sort((a, b) => a - b) };
}

function valuesOf(text: string, field: Field): number[] {
  const values = new Set<number>();
  for (const item of text.toLowerCase().split(',')) {
    const [, range = '', step] = /^(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/(\d+))?$/.exec(item) ?? [];
    const [first, last] = range === '*' ? [field.min, field.max] : range.split('-').map((bound) => numberOf(bound, field));
    // "5/15" counts from 5 to the end.
    const end = last ?? (step === undefined ? first : field.max);
    const by = Number(step ?? 1);
    if (![first, end].every((value) => value >= field.min && value <= field.max) || end < first || by < 1)
      throw new Error(`the ${field.name} "${item}" is none: write values from ${field.min} to ${field.max}, lists, ranges or steps`);
    for (let value = first; value <= end; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function numberOf(text: string, { names = [], min }: Field): number {
  const place = names.indexOf(text);
  if (place >= 0) return place + (min === 1 ? 1 : 0);
  return /^\d+$/.test(text) ? Number(text) : NaN;
}
