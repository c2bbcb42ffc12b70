import { StatementType, type DuckDBConnection, type DuckDBMaterializedResult } from '@duckdb/node-api';
import { PipelineError } from '../../contracts/errors';
import type { SqlParams } from '../../core/ports';
import { tokenize } from '../../core/sql/tokens';
import { bind } from './values';

/**
 * Make sure that a text is one SELECT and nothing else, before it becomes part of a longer statement.
 *
 * @returns The text without its final semicolon.
 * @throws PipelineError `SQL_REFUSED` for no statement, several, or another kind.
 */
export async function oneSelect(connection: DuckDBConnection, text: string): Promise<string> {
  const tokens = tokenize(text);
  if (tokens.length === 0) throw new PipelineError('SQL_REFUSED', 'SQL must be one SELECT; this is empty');
  const statements = await connection.extractStatements(text);
  if (statements.count !== 1)
    throw new PipelineError('SQL_REFUSED', `SQL must be one SELECT; this has ${statements.count} statements`);
  const statement = await statements.prepare(0);
  try {
    if (statement.statementType !== StatementType.SELECT)
      throw new PipelineError('SQL_REFUSED', `SQL must be one SELECT, not ${StatementType[statement.statementType]}`);
    const end = tokens.findLastIndex((token) => token.text !== ';') + 1;
    return text.slice(0, tokens[end]?.start);
  } finally {
    statement.destroySync();
  }
}

/** Run one statement with its parameters bound. */
export async function executeWith(
  connection: DuckDBConnection,
  sql: string,
  params: SqlParams,
): Promise<DuckDBMaterializedResult> {
  const statement = await connection.prepare(sql);
  try {
    bind(statement, params);
    return await statement.run();
  } finally {
    statement.destroySync();
  }
}

/** The count a CREATE TABLE AS or COPY answers with. */
export async function countOf(result: DuckDBMaterializedResult): Promise<number> {
  return Number((await result.getRows())[0]?.[0] ?? 0);
}
