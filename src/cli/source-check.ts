import { checkFiles } from '../activities/extract-files';
import { declaredColumns, type Role } from '../core/extract/columns';
import type { SourceConfig } from '../core/extract/contract';
import type { SqlEngine } from '../core/ports';
import { count } from './output';

/**
 * Look at the files of a source without reading their rows: they are there, of the format, and have the declared columns.
 * The columns of NDJSON show only when every line is read: there the files are found and no more.
 *
 * @returns One line about what was found.
 * @throws PipelineError `SOURCE_NOT_FOUND`, `SOURCE_EMPTY`, `SOURCE_UNREADABLE`, `COLUMN_MISSING`, `COLUMN_TYPE`, `COLUMN_AMBIGUOUS`.
 */
export async function lookAtSource(sql: SqlEngine, role: Role, source: SourceConfig, directory: string): Promise<string> {
  const files = await sql.sources.find(source.path, directory);
  const found = `${files.length === 1 ? '1 file' : `${count(files.length)} files`} at ${source.path}`;
  if (source.format === 'ndjson') return `${found}; the columns are checked when they are read`;
  const session = await sql.session({ reads: files.map(({ path }) => path) });
  try {
    const declared = declaredColumns(role, source);
    const checked = await checkFiles(session, sql.sources, files, source, declared);
    const rows = checked.reduce((sum, file) => sum + (file.rows ?? 0), 0);
    return `${found}, all ${declared.length} declared columns${source.format === 'parquet' ? `, ${count(rows)} rows` : ''}`;
  } finally {
    await session.close();
  }
}
