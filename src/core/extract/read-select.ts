import { quoteIdent, quoteText } from '../sql/identifiers';
import type { Reader } from './readers';

/** Which rows of a source are seen. Names are declared columns of type date or timestamp. */
export interface RowRules {
  /** Columns without which a row is rejected, in the order of the columns. */
  readonly required: readonly string[];
  /** Rows at or after `$as_of_end` are invisible. */
  readonly event: string | null;
  /** Rows after `$known_at` are invisible. */
  readonly knownAt: string | null;
  /** Rows before `$fresh_from` are stale. */
  readonly freshness: string | null;
}

/** One branch of the CASE that says why a row is rejected. */
const branch = (condition: string, reason: string): string => `WHEN ${condition} THEN ${quoteText(reason)}`;

/** First reason that applies: what cannot be read before what is missing, before what is invisible. */
function reasonOf(reader: Reader, rules: RowRules): string {
  const indexed = reader.columns.map((column, i) => ({
    name: column.name,
    value: `__value${i}`,
    present: `__present${i}`,
  }));
  const valueOf = (name: string): string => indexed.find((column) => column.name === name)?.value ?? 'NULL';
  const missing = indexed.filter(({ name }) => rules.required.includes(name));
  return [
    'CASE',
    branch('__broken', 'unreadable line'),
    ...indexed.map(({ name, value, present }) => branch(`${present} AND ${value} IS NULL`, `unreadable ${name}`)),
    ...missing.map(({ name, value }) => branch(`${value} IS NULL`, `missing ${name}`)),
    ...(rules.knownAt === null
      ? []
      : [branch(`CAST(${valueOf(rules.knownAt)} AS TIMESTAMP) > $known_at::TIMESTAMP`, 'after known-at')]),
    ...(rules.event === null
      ? []
      : [branch(`CAST(${valueOf(rules.event)} AS TIMESTAMP) >= $as_of_end::TIMESTAMP`, 'after as-of')]),
    ...(rules.freshness === null
      ? []
      : [branch(`CAST(${valueOf(rules.freshness)} AS TIMESTAMP) < $fresh_from::TIMESTAMP`, 'stale')]),
    'END',
  ].join(' ');
}

function selectOf(reader: Reader, rules: RowRules): string {
  const values = reader.columns.flatMap(({ value, present }, i) => [
    `${value} AS __value${i}`,
    `${present} AS __present${i}`,
  ]);
  const inner = `SELECT *, ${reader.broken} AS __broken, ${values.join(', ')} FROM ${reader.from} AS source`;
  const judged = `SELECT *, ${reasonOf(reader, rules)} AS reject_reason FROM (${inner})`;
  const names = reader.columns.map(({ name }, i) => `__value${i} AS ${quoteIdent(name)}`);
  // Only rows that could not be read keep their record; CASE computes it for no others.
  const record = `CASE WHEN starts_with(reject_reason, 'unreadable') OR starts_with(reject_reason, 'missing') THEN ${reader.record} END AS reject_record`;
  return `SELECT ${names.join(', ')}, reject_reason, ${record} FROM (${judged})`;
}

/**
 * SQL that reads every row of a source: the declared columns, typed, with `reject_reason` (null: kept) and `reject_record`.
 * Parameters: `$as_of_end`, `$known_at`, `$fresh_from`, as far as the rules use them.
 */
export function readSelect(readers: readonly Reader[], rules: RowRules): string {
  return readers.map((reader) => selectOf(reader, rules)).join('\nUNION ALL\n');
}
