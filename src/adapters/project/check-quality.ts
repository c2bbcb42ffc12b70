import type { Path } from '../../config/position';
import type { ProjectConfig } from '../../config/project';
import { declaredColumns, type Role } from '../../core/extract/columns';
import type { SourceConfig } from '../../core/extract/contract';
import { sqlTypeOf } from '../../core/extract/typed-columns';
import { planCheck, type Check, type SourceColumns } from '../../core/quality/rules';
import { sourcesOf } from './check-sources';
import { hintOf, refusalsOf, type Issue } from './issue';

/** Any day: limits that are `asOf` fit or do not, whatever the day. */
const SOME_DAY = '2000-01-01';

/** A name a check gives, the source it must be mapped in, and its place below the check. */
interface NamedColumn {
  readonly source: Role;
  readonly name: string;
  readonly at: Path;
}

function namedColumns(check: Check): NamedColumn[] {
  const { source } = check;
  switch (check.check) {
    case 'completeness':
    case 'range':
      return [{ source, name: check.column, at: ['column'] }];
    case 'duplicates':
      return check.columns.map((name, i) => ({ source, name, at: ['columns', i] }));
    case 'reference':
      return [
        { source, name: check.column, at: ['column'] },
        { source: check.in, name: check.inColumn, at: ['inColumn'] },
      ];
    case 'consistency':
      return [
        { source, name: check.column, at: ['column'] },
        { source, name: check.decides, at: ['decides'] },
      ];
    case 'sql':
      return [];
  }
}

/** Checks of sources and columns that are not there, and limits that do not fit the column. */
export function qualityIssues(config: ProjectConfig): Issue[] {
  const sources = new Map(sourcesOf(config));
  return config.quality.checks.flatMap((check, i) => {
    const path = ['quality', 'checks', i];
    const lost = lostSources(check, sources).map((at) => ({ path: [...path, at], message: 'the project has no source "customers": map it under sources, or remove the check' }));
    if (lost.length > 0) return lost;
    const unmapped = namedColumns(check).flatMap(({ source, name, at }) => {
      const mapped = Object.keys(sources.get(source)?.columns ?? {});
      return mapped.includes(name) ? [] : [{ path: [...path, ...at], message: `"${name}" is not mapped in sources.${source}.columns; ${hintOf(name, mapped)}` }];
    });
    return unmapped.length > 0 ? unmapped : limitIssues(check, path, columnTypes(sources, config.moneyScale));
  });
}

const lostSources = (check: Check, sources: ReadonlyMap<Role, SourceConfig>): ('source' | 'in')[] => [
  ...(sources.has(check.source) ? [] : ['source' as const]),
  ...(check.check === 'reference' && !sources.has(check.in) ? ['in' as const] : []),
];

/** The SQL types extract will give; a column it refuses is an issue of the sources and left out here. */
function columnTypes(sources: ReadonlyMap<Role, SourceConfig>, moneyScale: number): SourceColumns {
  const typed = [...sources].map(([role, source]) => {
    const columns = Object.entries(source.columns).flatMap(([name, column]) => {
      const alone = { ...source, columns: { [name]: column } };
      if (refusalsOf([], () => declaredColumns(role, alone)).length > 0) return [];
      return declaredColumns(role, alone).map(([, { type }]) => [name === 'customer_id' ? 'pid' : name, sqlTypeOf(type, moneyScale)] as const);
    });
    return [role, new Map(columns)] as const;
  });
  return Object.fromEntries(typed);
}

function limitIssues(check: Check, path: Path, columns: SourceColumns): Issue[] {
  if (check.check !== 'range') return [];
  const { min, max, ...rest } = check;
  const ofColumn = columns[check.source]?.has(check.column) ? refusalsOf([...path, 'column'], () => planCheck(rest, columns, SOME_DAY)) : [];
  if (ofColumn.length > 0 || !columns[check.source]?.has(check.column)) return ofColumn;
  return [
    ...refusalsOf([...path, 'min'], () => planCheck({ ...rest, min }, columns, SOME_DAY)),
    ...refusalsOf([...path, 'max'], () => planCheck({ ...rest, max }, columns, SOME_DAY)),
  ];
}
