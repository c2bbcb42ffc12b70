import type { ProjectConfig } from '../../config/project';
import { PipelineError } from '../../contracts/errors';
import type { SqlParams } from '../ports';

export type Check = ProjectConfig['quality']['checks'][number];
export type Source = Check['source'];

/** A check as SQL: which model, what fills its holes, what is bound, and the table it looks things up in. */
export interface CheckPlan {
  /** Name under `sql/`, or null for a project's own file. */
  readonly model: string | null;
  readonly identifiers: Readonly<Record<string, string | readonly string[]>>;
  readonly params: SqlParams;
  /** Pairs for `quality.valid`, or null. */
  readonly valid: readonly (readonly [string, string])[] | null;
}

/** SQL type of each column of each source, as extract wrote them. */
export type SourceColumns = Readonly<Partial<Record<Source, ReadonlyMap<string, string>>>>;

/** Customers are known by their pseudonym from extract on. */
const columnOf = (name: string): string => (name === 'customer_id' ? 'pid' : name);

const invalid = (check: Check, message: string): PipelineError =>
  new PipelineError('CONFIG_INVALID', `quality check "${check.id}": ${message}`, { check: check.id });

function typeOf(check: Check, source: Source, name: string, columns: SourceColumns): string {
  const known = columns[source];
  if (!known) throw invalid(check, `the project has no source "${source}"`);
  const type = known.get(columnOf(name));
  if (type === undefined) throw invalid(check, `sources.${source} maps no column "${name}"`);
  return type;
}

type Bound = Extract<Check, { check: 'range' }>['min'];
const isIsoDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** `asOf` is the day itself for dates and its year for numbers (a year of birth). */
function numberBound(check: Check, bound: Bound, asOf: string): string | null {
  if (bound === undefined) return null;
  if (bound === 'asOf') return asOf.slice(0, 4);
  const text = String(bound);
  if (!/^[+-]?\d+(\.\d{1,8})?$/.test(text))
    throw invalid(check, `"${text}" is no limit for a number; write digits with at most eight after the point`);
  return text;
}

function dateBound(check: Check, bound: Bound, asOf: string): SqlParams[string] {
  if (bound === undefined) return null;
  const text = bound === 'asOf' ? asOf : String(bound);
  if (!isIsoDate(text)) throw invalid(check, `"${text}" is no limit for a date; write YYYY-MM-DD or asOf`);
  return { date: text };
}

function rangePlan(check: Extract<Check, { check: 'range' }>, columns: SourceColumns, asOf: string): CheckPlan {
  const type = typeOf(check, check.source, check.column, columns);
  const identifiers = { source: check.source, column: columnOf(check.column) };
  if (type === 'DATE' || type === 'TIMESTAMP') {
    return {
      model: 'quality/range_dates',
      identifiers,
      params: { min: dateBound(check, check.min, asOf), max: dateBound(check, check.max, asOf) },
      valid: null,
    };
  }
  if (type !== 'BIGINT' && !type.startsWith('DECIMAL'))
    throw invalid(check, `"${check.column}" is ${type}; a range needs a number or a date`);
  return {
    model: 'quality/range',
    identifiers,
    params: { min: numberBound(check, check.min, asOf), max: numberBound(check, check.max, asOf) },
    valid: null,
  };
}

/**
 * Turn a check of the config into the SQL that finds its offending rows.
 *
 * @throws PipelineError `CONFIG_INVALID` for a column or source that is not mapped, and for limits that do not fit the column.
 */
export function planCheck(check: Check, columns: SourceColumns, asOf: string): CheckPlan {
  const { source } = check;
  const known = (name: string, of: Source = source): string => (typeOf(check, of, name, columns), columnOf(name));
  const plan = (model: string, identifiers: CheckPlan['identifiers'], valid: CheckPlan['valid'] = null): CheckPlan => ({
    model,
    identifiers: { source, ...identifiers },
    params: {},
    valid,
  });
  switch (check.check) {
    case 'completeness':
      return plan('quality/completeness', { column: known(check.column) });
    case 'duplicates':
      return plan('quality/duplicates', { columns: check.columns.map((name) => known(name)) });
    case 'range':
      return rangePlan(check, columns, asOf);
    case 'reference':
      return plan('quality/reference', {
        column: known(check.column),
        in: check.in,
        in_column: known(check.inColumn, check.in),
      });
    case 'consistency':
      return plan(
        'quality/consistency',
        { column: known(check.column), decides: known(check.decides) },
        Object.entries(check.valid).sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    case 'sql':
      if (!columns[source]) throw invalid(check, `the project has no source "${source}"`);
      return { model: null, identifiers: {}, params: { as_of: { date: asOf } }, valid: null };
  }
}
