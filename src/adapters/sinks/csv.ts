import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdent, quoteTable, quoteText } from '../../core/sql/identifiers';
import { columnsOf } from './delta';

/** How a spreadsheet recognises a formula; a leading apostrophe makes it text again. */
const FORMULA = "'^[=+\\-@\\t\\r]'";

/**
 * Write rows of a table (`<schema>.<name>`) as CSV. Text cells that a spreadsheet would take for a formula get a leading apostrophe;
 * numbers are left alone.
 *
 * @returns How many cells got one.
 */
export async function writeCsv(
  connection: DuckDBConnection,
  path: string,
  table: string,
  { order, where = 'true', delimiter = ',' }: { readonly order: string; readonly where?: string; readonly delimiter?: string },
): Promise<number> {
  const columns = (await columnsOf(connection, table)).map(({ name, type }) => ({ column: quoteIdent(name), text: type === 'VARCHAR' }));
  const from = `FROM ${quoteTable(table)} WHERE ${where}`;
  const unsafe = columns
    .filter(({ text }) => text)
    .map(({ column }) => `count(*) FILTER (WHERE regexp_matches(${column}, ${FORMULA}))`);
  const counted =
    unsafe.length === 0 ? undefined : await connection.runAndReadAll(`SELECT (${unsafe.join(' + ')})::INTEGER AS cells ${from}`);
  const select = columns
    .map(({ column, text }) =>
      text
        ? `CASE WHEN regexp_matches(${column}, ${FORMULA}) THEN '''' || ${column} ELSE ${column} END AS ${column}`
        : column,
    )
    .join(', ');
  // Ordered before the columns are replaced: an apostrophe would change the order of a text.
  await connection.run(
    `COPY (SELECT ${select} FROM (SELECT * ${from} ORDER BY ${order})) TO ${quoteText(path)} (FORMAT csv, HEADER true, DELIMITER ${quoteText(delimiter)})`,
  );
  return Number(counted?.getRowObjects()[0]?.cells ?? 0);
}
