import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import type { Matrix } from '../../core/linalg/matrix';
import type { SourceFile, SqlEngine } from '../../core/ports';
import { readCsv } from './read-csv';
import { readParquet } from './read-parquet';
import { unreadable, type ReadOptions, type ReadTable } from './staged';

/** A file somebody named. `SOURCE_NOT_FOUND`, `SOURCE_UNREADABLE`. */
async function fileAt(path: string): Promise<SourceFile> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw new PipelineError('SOURCE_NOT_FOUND', `there is no file ${path}`, { path });
  const file = { name: basename(path), path: real };
  if (!(await stat(real)).isFile()) throw unreadable(file, ' is not a regular file');
  return file;
}

/**
 * Read the numeric columns of a Parquet or CSV file, which one by its first bytes.
 *
 * @throws PipelineError `SOURCE_NOT_FOUND`, `SOURCE_EMPTY`, `SOURCE_UNREADABLE` naming the file and, for text, the line; `CONFIG_INVALID` for
 * columns that are not there, are no numbers or are named twice; `NOT_FINITE` for infinite values.
 */
export async function readTable(sql: SqlEngine, path: string, options: ReadOptions): Promise<ReadTable> {
  const file = await fileAt(path);
  const kind = await sql.sources.kind(file);
  if (kind === 'empty') throw new PipelineError('SOURCE_EMPTY', `${file.name} is empty (0 bytes)`, { file: file.name });
  if (kind === 'zip') throw unreadable(file, ' is a zip archive (a workbook?): export it as CSV or Parquet');
  if (kind === 'utf-16') throw unreadable(file, ' is UTF-16 text: export it as UTF-8');
  if (kind === 'other' && /\.(parquet|pq)$/i.test(file.name)) throw unreadable(file, ' is no Parquet file');
  const session = await sql.session({ reads: [file.path], ...(options.signal && { signal: options.signal }) });
  try {
    const read = await (kind === 'parquet' ? readParquet(session, file, options) : readCsv(sql, session, file, options));
    return options.columns === undefined ? { ...read, notes: [...read.notes, ...idNotes(read.table)] } : read;
  } finally {
    await session.close();
  }
}

/** In fewer rows whole numbers differ by chance. */
const ROWS_OF_AN_ID = 20;

/** Columns that nobody named and that look like a key: a different whole number in every row. */
function idNotes({ rows, cols, names, values }: Matrix): string[] {
  return names.flatMap((name, j) => {
    const seen = new Set<number>();
    for (let i = 0; i < rows && Number.isInteger(values[i * cols + j]); i += 1) seen.add(values[i * cols + j]);
    return rows >= ROWS_OF_AN_ID && seen.size === rows
      ? [`${name} has a different whole number in every row: if it is an id, name the other columns with --columns`]
      : [];
  });
}
