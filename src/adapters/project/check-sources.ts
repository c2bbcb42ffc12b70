import type { ProjectConfig } from '../../config/project';
import { declaredColumns, rowRules, type Role } from '../../core/extract/columns';
import type { SourceConfig } from '../../core/extract/contract';
import { hintOf, refusalsOf, type Issue } from './issue';

/** The sources a project has, by role. */
export function sourcesOf({ sources }: ProjectConfig): readonly (readonly [Role, SourceConfig])[] {
  return [['transactions', sources.transactions], ...(sources.customers ? [['customers', sources.customers] as const] : [])];
}

/** Reserved names, types a role cannot have, and clocks that name no mapped date. */
export const sourceIssues = (config: ProjectConfig): Issue[] =>
  sourcesOf(config).flatMap(([role, source]) => [...columnIssues(role, source), ...clockIssues(role, source)]);

function columnIssues(role: Role, source: SourceConfig): Issue[] {
  return Object.entries(source.columns).flatMap(([name, column]) =>
    refusalsOf(['sources', role, 'columns', name], () => declaredColumns(role, { ...source, columns: { [name]: column } })),
  );
}

function clockIssues(role: Role, { knownAt, freshness, ...source }: SourceConfig): Issue[] {
  return [
    ...clockIssue(role, source, ['knownAt'], knownAt, { knownAt }),
    ...clockIssue(role, source, ['freshness', 'column'], freshness?.column, { freshness }),
  ];
}

function clockIssue(role: Role, source: SourceConfig, key: readonly string[], name: string | undefined, clock: Partial<SourceConfig>): Issue[] {
  if (name === undefined) return [];
  const path = ['sources', role, ...key];
  const column = source.columns[name];
  if (column === undefined) {
    const clocks = Object.entries(source.columns).filter(([, { type }]) => type === 'date' || type === 'timestamp');
    return [{ path, message: `"${name}" is not mapped in sources.${role}.columns; ${hintOf(name, clocks.map(([mapped]) => mapped))}` }];
  }
  return refusalsOf(path, () => rowRules(role, { ...source, ...clock, columns: { [name]: column } }, true));
}
