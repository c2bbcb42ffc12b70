import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { PipelineError } from '../../contracts/errors';
import { quoteIdent } from '../../core/sql/identifiers';
import type { Matrix } from '../../core/linalg/matrix';
import type { SqlParams } from '../../core/ports';
import { countOf, executeWith, oneSelect } from './statements';

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*|FLOAT|DOUBLE|BOOLEAN)$/;
const FLOATING = /^(FLOAT|DOUBLE)$/;
const STAGING = '"__matrix"';

/** The storage of a DOUBLE vector: private in the typings, a Float64Array at run time; values one by one where it is not. */
function doublesOf(chunk: DuckDBDataChunk, column: number): ArrayLike<number> {
  const vector = chunk.getColumnVector(column);
  const items = (vector as unknown as { readonly items?: unknown }).items;
  if (items instanceof Float64Array && items.length >= chunk.rowCount) return items;
  return Array.from({ length: chunk.rowCount }, (_, row) => Number(vector.getItem(row)));
}

async function stage(
  connection: DuckDBConnection,
  select: string,
  params: SqlParams,
): Promise<{ names: string[]; rows: number }> {
  const body = await oneSelect(connection, select);
  const rows = await countOf(
    await executeWith(connection, `CREATE OR REPLACE TEMP TABLE ${STAGING} AS\n${body}\n`, params),
  );
  const staged = await connection.run(`SELECT * FROM ${STAGING} LIMIT 0`);
  const [id, ...numbers] = staged.columnNames().map((name, i) => ({ name, type: staged.columnType(i).toString() }));
  if (id?.type !== 'VARCHAR')
    throw new PipelineError('SQL_REFUSED', 'the first column of a matrix must be the text id of the row');
  const text = numbers.find(({ type }) => !NUMBER.test(type));
  if (text)
    throw new PipelineError('SQL_REFUSED', `column "${text.name}" of a matrix is ${text.type}, not a number`, {
      column: text.name,
    });
  await requireFinite(
    connection,
    numbers.filter(({ type }) => FLOATING.test(type)).map(({ name }) => name),
  );
  return { names: [id.name, ...numbers.map(({ name }) => name)], rows };
}

/** `NOT_FINITE` naming the first column with a NaN or an infinity; all columns in one pass. */
async function requireFinite(connection: DuckDBConnection, columns: readonly string[]): Promise<void> {
  if (columns.length === 0) return;
  const counts = columns.map((name) => `count(*) FILTER (WHERE NOT isfinite(${quoteIdent(name)}))`);
  const [row] = await (await connection.run(`SELECT ${counts.join(', ')} FROM ${STAGING}`)).getRows();
  columns.forEach((column, i) => {
    const rows = Number(row?.[i] ?? 0);
    if (rows > 0) throw new PipelineError('NOT_FINITE', `${rows} values of column "${column}" are not finite`, { column, rows });
  });
}

/**
 * Read a SELECT as ids and a row-major matrix, in the order of the SELECT. NULL becomes NaN.
 *
 * The rows are staged once, so the number of rows is known and checked: a result cut short is `ENGINE_FAILED`, never a smaller matrix.
 *
 * @throws PipelineError `SQL_REFUSED` unless the first column is VARCHAR and the others are numbers; `NOT_FINITE` for NaN or infinities in the data.
 *
 * O(rows x columns); columns come as typed arrays chunk by chunk, never as row objects.
 */
export async function readMatrix(
  connection: DuckDBConnection,
  select: string,
  params: SqlParams,
): Promise<{ ids: string[]; matrix: Matrix }> {
  try {
    const { names, rows } = await stage(connection, select, params);
    const [id = '', ...columns] = names;
    const ids: string[] = [];
    const values = new Float64Array(new SharedArrayBuffer(rows * columns.length * Float64Array.BYTES_PER_ELEMENT));
    const doubles = columns.map((name) => `coalesce(${quoteIdent(name)}::DOUBLE, 'NaN'::DOUBLE)`);
    const stream = await connection.stream(
      `SELECT ${[quoteIdent(id), ...doubles].join(', ')} FROM ${STAGING} ORDER BY rowid`,
    );
    for (let chunk = await stream.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await stream.fetchChunk()) {
      fill(chunk, ids.length, columns.length, values);
      for (const value of chunk.getColumnValues(0)) {
        if (typeof value !== 'string')
          throw new PipelineError('SQL_REFUSED', `a row of the matrix has no id (column "${id}")`, { column: id });
        ids.push(value);
      }
    }
    if (ids.length !== rows)
      throw new PipelineError('ENGINE_FAILED', `the engine gave ${ids.length} of ${rows} rows`, {
        rows,
        got: ids.length,
      });
    return { ids, matrix: { rows, cols: columns.length, names: columns, values } };
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${STAGING}`);
  }
}

function fill(chunk: DuckDBDataChunk, firstRow: number, cols: number, values: Float64Array): void {
  for (let column = 0; column < cols; column += 1) {
    const source = doublesOf(chunk, column + 1);
    for (let row = 0; row < chunk.rowCount; row += 1) values[(firstRow + row) * cols + column] = source[row] ?? NaN;
  }
}
