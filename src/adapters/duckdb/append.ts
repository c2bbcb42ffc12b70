import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import { PipelineError } from '../../contracts/errors';
import { quoteIdent, quoteTable } from '../../core/sql/identifiers';

const TYPES = { VARCHAR, DOUBLE, INTEGER, BIGINT, BOOLEAN } as const;
/** Rows per data chunk: the engine's own vector size. */
const CHUNK = 2048;

export interface Column {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly values: ArrayLike<string | number | boolean | null>;
}

function slice({ type, values }: Column, from: number, to: number): DuckDBValue[] {
  return Array.from({ length: to - from }, (_, i) => {
    const value = values[from + i] ?? null;
    return type === 'BIGINT' && typeof value === 'number' ? BigInt(value) : value;
  });
}

/**
 * Make a table and fill it through the appender, chunk by chunk; row order is kept.
 *
 * @returns The number of rows.
 * @throws PipelineError `ENGINE_FAILED` where columns differ in length.
 */
export async function fillTable(
  connection: DuckDBConnection,
  name: string,
  columns: readonly Column[],
): Promise<number> {
  const rows = columns[0]?.values.length ?? 0;
  if (columns.some(({ values }) => values.length !== rows))
    throw new PipelineError('ENGINE_FAILED', `columns of ${name} differ in length`);
  const body = columns.map((column) => `${quoteIdent(column.name)} ${column.type}`).join(', ');
  await connection.run(`CREATE TABLE ${quoteTable(name)} (${body})`);
  const [schema = 'main', table = name] = name.split('.');
  const appender = await connection.createAppender(table, schema);
  try {
    for (let from = 0; from < rows; from += CHUNK) {
      const to = Math.min(rows, from + CHUNK);
      const chunk = DuckDBDataChunk.create(
        columns.map(({ type }) => TYPES[type]),
        to - from,
      );
      chunk.setColumns(columns.map((column) => slice(column, from, to)));
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
  return rows;
}
