import { asUnreadable } from '../../activities/extract-files';
import { assertRecordsEnd } from '../../core/extract/text-shape';
import type { SourceFile, SqlEngine, SqlSession } from '../../core/ports';
import { quoteText } from '../../core/sql/identifiers';
import { chooseColumns, type FoundColumn } from './columns';
import { matrixOf, place, unreadable, type ReadOptions, type ReadTable } from './staged';

/** What stands for a missing value in text, in any case. */
const MISSING = ['', 'na', 'n/a', 'nan', 'null'];
const FRACTION = "'[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?'";
const DELIMITERS = [',', ';', '\t', '|'];
const QUOTE = '"';

/** The columns of a CSV file that hold numbers in every cell that holds anything. Each record of the file is a row, or the lab stops. */
export async function readCsv(sql: SqlEngine, session: SqlSession, file: SourceFile, options: ReadOptions): Promise<ReadTable> {
  const { delimiter, cells, gzip } = await headerOf(sql, file, options.delimiter);
  const all = cells.map((_, i) => place(i));
  const types = all.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(', ');
  const dialect = `delim = ${quoteText(delimiter)}, quote = '"', escape = '"', header = true, compression = '${gzip ? 'gzip' : 'none'}'`;
  const strict = 'auto_detect = false, store_rejects = true, rejects_limit = 0';
  const reader = `read_csv(${quoteText(file.path)}, columns = {${types}}, ${dialect}, ${strict})`;
  // With one column a blank line would be a row without a value.
  const blanks = cells.length === 1 ? ' WHERE c0 IS NOT NULL' : '';
  let rows: number;
  try {
    rows = await session.table('lab.rows', `SELECT * FROM ${reader}${blanks}`);
  } catch (error) {
    throw asUnreadable(error, file.name);
  }
  await assertWhole(sql, session, file, { delimiter, rows, signal: options.signal });
  const found = await columnsOf(session, cells);
  const { chosen, notes } = chooseColumns(file.name, found, options.columns);
  const number = (name: string): string =>
    `CASE WHEN regexp_full_match(trim(${name}), ${FRACTION}) THEN TRY_CAST(trim(${name}) AS DOUBLE) END AS ${name}`;
  return { table: await matrixOf(session, chosen, found, number), notes };
}

/** The header by the delimiter that gives it the most cells, the first of equals. */
async function headerOf(
  sql: SqlEngine,
  file: SourceFile,
  given: string | undefined,
): Promise<{ delimiter: string; cells: readonly string[]; gzip: boolean }> {
  const candidates = given === undefined ? DELIMITERS : [given];
  const headers = [];
  for (const delimiter of candidates) headers.push({ delimiter, ...(await sql.sources.header(file, { delimiter, quote: QUOTE })) });
  return headers.reduce((best, header) => (header.cells.length > best.cells.length ? header : best));
}

/** Every record of the file is a row: one that the reader dropped, or that a stray quote swallowed, stops the lab. */
async function assertWhole(
  sql: SqlEngine,
  session: SqlSession,
  file: SourceFile,
  { delimiter, rows, signal }: { readonly delimiter: string; readonly rows: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const dropped = await session.rows<{ line: number; kind: string }>(
    'SELECT line, min(error_type::VARCHAR) AS kind FROM reject_errors GROUP BY line ORDER BY line',
  );
  const [first] = dropped;
  if (first) {
    const more = dropped.length > 1 ? `, the first of ${dropped.length} such lines` : '';
    throw unreadable(
      file,
      `: line ${first.line} cannot be read (${first.kind.toLowerCase()})${more}; the header has its columns separated by ${inWords(delimiter)}`,
    );
  }
  const { records, shape } = await sql.sources.scan(file, { format: 'csv', delimiter, quote: QUOTE, ...(signal && { signal }) });
  if (shape?.notUtf8 != null) throw unreadable(file, `: line ${shape.notUtf8} is not UTF-8; export the file as UTF-8`);
  if (shape) assertRecordsEnd(file.name, shape, true);
  if (records !== rows + 1)
    throw unreadable(file, `: ${rows} rows were read of ${(records ?? 1) - 1} records after the header: quotes, or line ends of different kinds?`);
}

const inWords = (delimiter: string): string => (delimiter === '\t' ? 'tabs' : `"${delimiter}"`);

/** Which columns of the text hold numbers, and why the others do not. */
async function columnsOf(session: SqlSession, cells: readonly string[]): Promise<readonly FoundColumn[]> {
  const missing = `IN (${MISSING.map(quoteText).join(', ')})`;
  const counts = cells.flatMap((_, i) => {
    const text = `trim(${place(i)})`;
    const present = `${place(i)} IS NOT NULL AND lower(${text}) NOT ${missing}`;
    return [
      `count(*) FILTER (WHERE ${present}) AS p${i}`,
      `count(*) FILTER (WHERE ${present} AND NOT regexp_full_match(${text}, ${FRACTION})) AS t${i}`,
      `count(*) FILTER (WHERE regexp_full_match(${text}, '[+-]?\\d+,\\d+')) AS d${i}`,
    ];
  });
  const [counted] = await session.rows<Record<string, number>>(`SELECT ${counts.join(', ')} FROM lab.rows`);
  return cells.map((name, i) => {
    const [present, texts, decimals] = [counted[`p${i}`], counted[`t${i}`], counted[`d${i}`]];
    if (present === 0) return { name, problem: 'without any value' };
    const hint = decimals > 0 ? ', decimal commas among them: export with points' : '';
    return { name, problem: texts === 0 ? null : `text: ${texts} of ${present} values are no numbers${hint}` };
  });
}
