import { PipelineError } from '../../contracts/errors';
import type { ProjectConfig } from '../../config/project';
import { quoteIdent } from '../sql/identifiers';

export type OwnSql = ProjectConfig['features']['sql'][number];

/** Counts of one table of project features: rows by what is wrong with their key, and by feature the values that cannot be used. */
export type OwnCounts = Readonly<Record<string, number>> & { readonly rows: number; readonly customers: number; readonly blank: number; readonly unknown: number };

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|DOUBLE|FLOAT)$/;

/**
 * @param columns Name and engine type of each column the file's SELECT gives.
 * @throws PipelineError `SQL_REFUSED` where `pid` or a declared feature is missing, or a feature that is no category is no number.
 */
export function checkOwnColumns({ file, features }: OwnSql, columns: readonly { readonly name: string; readonly type: string }[]): void {
  const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
  const missing = ['pid', ...features.map(({ name }) => name)].filter((name) => !typeOf.has(name));
  if (missing.length > 0) throw new PipelineError('SQL_REFUSED', `${file}: the SELECT does not give the column ${missing.join(', ')}`, { file, missing });
  const textual = features.filter(({ name, kind }) => kind !== 'category' && !NUMERIC.test(typeOf.get(name) ?? ''));
  if (textual.length > 0) {
    const [{ name, kind }] = textual;
    throw new PipelineError('SQL_REFUSED', `${file}: ${name} is declared as ${kind} but the SELECT gives ${typeOf.get(name)}: cast it to a number, or declare it as category`, { file, name });
  }
}

/** A SELECT over `features.<table>` that yields one row of `OwnCounts`; `bad_<i>` are the values of the i-th feature that are not finite, or beyond 0-1 for a share. */
export function ownCountsSelect(table: string, { features }: OwnSql): string {
  const bad = features.map(({ name, kind }, i) => {
    const value = `o.${quoteIdent(name)}`;
    const wrong = kind === 'category' ? 'false' : `NOT isfinite(${value}::DOUBLE)${kind === 'share' ? ` OR ${value} < 0 OR ${value} > 1` : ''}`;
    return `count(*) FILTER (WHERE ${wrong}) AS bad_${i}`;
  });
  return [
    'WITH known AS (SELECT DISTINCT pid FROM clean.lines UNION SELECT pid FROM clean.customers)',
    `SELECT ${['count(*) AS rows', 'count(DISTINCT o.pid) AS customers', 'count(*) FILTER (WHERE o.pid IS NULL) AS blank', 'count(*) FILTER (WHERE o.pid IS NOT NULL AND k.pid IS NULL) AS unknown', ...bad].join(', ')}`,
    `FROM features.${quoteIdent(table)} AS o LEFT JOIN known AS k ON k.pid = o.pid::VARCHAR`,
  ].join('\n');
}

/**
 * @throws PipelineError `SQL_REFUSED` unless the file gives one row per known pid at most and only values the kinds allow.
 */
export function checkOwnCounts({ file, features }: OwnSql, counts: OwnCounts): void {
  const { rows, customers, blank, unknown } = counts;
  const refuse = (problem: string): never => {
    throw new PipelineError('SQL_REFUSED', `${file}: ${problem}`, { file, ...counts });
  };
  if (blank > 0) refuse(`${blank} of ${rows} rows have no pid`);
  if (rows > customers) refuse(`${rows} rows for ${customers} customers: give one row per pid (GROUP BY pid)`);
  if (unknown > 0) refuse(`${unknown} of ${rows} rows have a pid that is in neither clean.lines nor clean.customers`);
  features.forEach(({ name, kind }, i) => {
    const bad = counts[`bad_${i}`] ?? 0;
    if (bad > 0) refuse(`${name} has ${bad} values that are ${kind === 'share' ? 'not between 0 and 1' : 'not finite'}`);
  });
}

