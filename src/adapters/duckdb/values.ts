import {
  DuckDBDateValue,
  DuckDBListValue,
  DuckDBStructValue,
  LIST,
  listValue,
  VARCHAR,
  type DuckDBPreparedStatement,
  type DuckDBValue,
} from '@duckdb/node-api';
import { PipelineError } from '../../contracts/errors';
import type { SqlParams, SqlValue } from '../../core/ports';

const MS_PER_DAY = 86_400_000;
const INT64 = 2n ** 63n;

/** YYYY-MM-DD as days since 1970-01-01. */
function dateValue(text: string): DuckDBDateValue {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(ms)) throw new PipelineError('SQL_REFUSED', 'a date parameter is not of the form YYYY-MM-DD');
  return new DuckDBDateValue(ms / MS_PER_DAY);
}

function bindOne(statement: DuckDBPreparedStatement, index: number, value: SqlValue): void {
  if (value === null) statement.bindNull(index);
  else if (typeof value === 'string') statement.bindVarchar(index, value);
  else if (typeof value === 'boolean') statement.bindBoolean(index, value);
  else if (typeof value === 'bigint') {
    if (value < -INT64 || value >= INT64) statement.bindHugeInt(index, value);
    else statement.bindBigInt(index, value);
  } else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) statement.bindBigInt(index, BigInt(value));
    else statement.bindDouble(index, value);
  } else if ('date' in value) statement.bindDate(index, dateValue(value.date));
  else statement.bindList(index, listValue([...value.list]), LIST(VARCHAR));
}

/**
 * Bind every parameter the statement has; parameters it does not have are ignored, so stages can hand over one set.
 * Whole numbers bind as BIGINT, others as DOUBLE.
 *
 * @throws PipelineError `SQL_REFUSED` naming a parameter nobody gave.
 */
export function bind(statement: DuckDBPreparedStatement, params: SqlParams): void {
  for (let index = 1; index <= statement.parameterCount; index += 1) {
    const name = statement.parameterName(index);
    const value = params[name];
    if (value === undefined)
      throw new PipelineError('SQL_REFUSED', `the SQL has a parameter $${name} that was not given`, {
        parameter: name,
      });
    bindOne(statement, index, value);
  }
}

/** BIGINT and HUGEINT as number where safe, else text; DECIMAL, DATE, TIMESTAMP and the like as text; lists and structs inside out. */
export function toPlain(value: DuckDBValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof DuckDBListValue) return value.items.map(toPlain);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, toPlain(entry)]));
  }
  return value.toString();
}
