import { quoteText } from '../sql/identifiers';
import type { ColumnConfig } from './contract';

/** SQL expressions that read one column. A row is unreadable where something is present and the value is NULL. */
export interface TypedColumn {
  readonly name: string;
  /** The typed value, or NULL. */
  readonly value: string;
  /** True where the file has something for the column; never NULL. */
  readonly present: string;
}

export interface TypingOptions {
  readonly moneyScale: number;
  /** IANA zone of the business: times with a zone of their own are turned into its local time. */
  readonly timeZone: string;
}

const WHOLE = '[+-]?\\d+(\\.0*)?';
const FRACTION = '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?';
const DAY = '\\d{4}-\\d{2}-\\d{2}';
const CLOCK = '\\d{2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?';
const OFFSET = '(Z|z|[+-]\\d{2}(:?\\d{2})?)';
const matches = (value: string, pattern: string): string => `regexp_full_match(${value}, ${quoteText(pattern)})`;

/** The SQL type of a declared one. */
export function sqlTypeOf(type: ColumnConfig['type'], moneyScale: number): string {
  return {
    text: 'VARCHAR',
    integer: 'BIGINT',
    decimal: `DECIMAL(18, ${moneyScale})`,
    date: 'DATE',
    timestamp: 'TIMESTAMP',
    boolean: 'BOOLEAN',
  }[type];
}

/** ISO 8601 only; a zone in the text counts, a text without one is local time. */
function isoTimestamp(text: string, zone: string): string {
  const withZone = `${DAY}[T ]${CLOCK}${OFFSET}`;
  const local = `${DAY}([T ]${CLOCK})?`;
  return `CASE WHEN ${matches(text, withZone)} THEN timezone(${zone}, TRY_CAST(${text} AS TIMESTAMPTZ)) WHEN ${matches(text, local)} THEN TRY_CAST(${text} AS TIMESTAMP) END`;
}

function formattedTimestamp(text: string, format: string, zone: string): string {
  const parsed = `try_strptime(${text}, ${quoteText(format)})`;
  return /%[zZ]/.test(format) ? `timezone(${zone}, ${parsed}::TIMESTAMPTZ)` : `CAST(${parsed} AS TIMESTAMP)`;
}

/** Strict readers of text: DuckDB's own casts would round 6.7 to 7 and read 1_000 as 1000. */
function fromText(text: string, config: ColumnConfig, { moneyScale, timeZone }: TypingOptions): string {
  const trimmed = `trim(${text})`;
  const zone = quoteText(timeZone);
  const timestamp = (): string =>
    config.format === undefined ? isoTimestamp(trimmed, zone) : formattedTimestamp(trimmed, config.format, zone);
  switch (config.type) {
    case 'text':
      return `CASE WHEN NOT contains(${text}, chr(0)) THEN ${text} END`;
    case 'integer':
      return `CASE WHEN ${matches(trimmed, WHOLE)} THEN TRY_CAST(${trimmed} AS BIGINT) END`;
    case 'decimal':
      return `CASE WHEN ${matches(trimmed, config.whole ? WHOLE : FRACTION)} THEN TRY_CAST(${trimmed} AS DECIMAL(18, ${moneyScale})) END`;
    case 'date':
      return `CAST(${timestamp()} AS DATE)`;
    case 'timestamp':
      return timestamp();
    case 'boolean':
      return `CASE WHEN lower(${trimmed}) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(${trimmed}) IN ('false', 'f', 'no', 'n', '0') THEN false END`;
  }
}

const noValue = (nulls: readonly string[]): string => [...new Set(['', ...nulls])].map(quoteText).join(', ');

/**
 * A column of a delimited text file.
 *
 * @param raw SQL expression of the text as it lies in the file; NULL where there is none.
 * @param nulls Texts that mean "no value"; an empty text always does.
 */
export function typedFromText(
  name: string,
  raw: string,
  config: ColumnConfig,
  nulls: readonly string[],
  options: TypingOptions,
): TypedColumn {
  const text = `(CASE WHEN ${raw} IN (${noValue(nulls)}) THEN NULL ELSE ${raw} END)`;
  return {
    name,
    value: `CAST(${fromText(text, config, options)} AS ${sqlTypeOf(config.type, options.moneyScale)})`,
    present: `${text} IS NOT NULL`,
  };
}

/**
 * A column of NDJSON.
 *
 * @param raw SQL expression of the value as text, as the JSON has it.
 * @param type SQL expression of its JSON type. Objects and lists are never read; neither is a fraction as text, because an id with one has lost digits.
 */
export function typedFromJson(
  name: string,
  raw: string,
  type: string,
  config: ColumnConfig,
  options: TypingOptions,
): TypedColumn {
  const fraction = config.type === 'text' ? ` OR (${type} = 'DOUBLE' AND NOT ${matches(raw, '-?\\d+')})` : '';
  const scalar = `(CASE WHEN ${type} IN ('OBJECT', 'ARRAY')${fraction} THEN NULL ELSE nullif(${raw}, '') END)`;
  const present = `coalesce(${type} <> 'NULL' AND ${raw} <> '', false)`;
  return {
    name,
    value: `CAST(${fromText(scalar, config, options)} AS ${sqlTypeOf(config.type, options.moneyScale)})`,
    present,
  };
}

function fromStored(
  column: string,
  stored: string,
  config: ColumnConfig,
  { moneyScale, timeZone }: TypingOptions,
): string {
  switch (config.type) {
    case 'text':
      return `CASE WHEN NOT contains(CAST(${column} AS VARCHAR), chr(0)) THEN CAST(${column} AS VARCHAR) END`;
    case 'decimal':
      // The engine rounds half away from zero at the last digit kept; NaN, infinities and what does not fit become NULL.
      return `TRY_CAST(${column} AS DECIMAL(18, ${moneyScale}))`;
    case 'date':
    case 'timestamp': {
      const local =
        stored === 'TIMESTAMP WITH TIME ZONE'
          ? `timezone(${quoteText(timeZone)}, ${column})`
          : `TRY_CAST(${column} AS TIMESTAMP)`;
      const finite = `CASE WHEN isfinite(${local}) THEN ${local} END`;
      return config.type === 'date' ? `CAST(${finite} AS DATE)` : finite;
    }
    case 'integer':
      return `TRY_CAST(${column} AS BIGINT)`;
    case 'boolean':
      return column;
  }
}

/** A column of a file that has types of its own. An empty text is no value here either, so that formats agree. */
export function typedFromStored(
  name: string,
  column: string,
  stored: string,
  config: ColumnConfig,
  options: TypingOptions,
): TypedColumn {
  const isText = config.type === 'text';
  const read = fromStored(column, stored, config, options);
  const value = isText ? `nullif(${read}, '')` : read;
  const present = isText ? `coalesce(CAST(${column} AS VARCHAR) <> '', false)` : `${column} IS NOT NULL`;
  return { name, value: `CAST(${value} AS ${sqlTypeOf(config.type, options.moneyScale)})`, present };
}
