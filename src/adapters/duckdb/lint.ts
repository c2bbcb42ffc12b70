export { assertDeterministic, lintSql, type SqlFinding } from '../../core/sql/lint';
