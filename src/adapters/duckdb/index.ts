export { createSqlEngine, type SqlEngineOptions } from './engine';
export type { InstanceOptions } from './instance';
export { assertDeterministic, lintSql, type SqlFinding } from './lint';
export { createSqlModels, SQL_FOLDER, type SqlHeader, type SqlModel } from './sql-models';
