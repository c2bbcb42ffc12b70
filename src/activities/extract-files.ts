import { PipelineError } from '../contracts/errors';
import {
  checkContract,
  type ColumnConfig,
  type FileContract,
  type FoundColumn,
  type SourceConfig,
} from '../core/extract/contract';
import { quoteText } from '../core/sql/identifiers';
import { ndjsonLines, type FileGroup } from '../core/extract/readers';
import type { SourceFile, SourceFiles, SqlSession } from '../core/ports';

/** A file whose columns agree with the contract. */
export interface CheckedFile {
  readonly file: SourceFile;
  readonly gzip: boolean;
  readonly columns: readonly FoundColumn[];
  readonly contract: FileContract;
  /** Rows by the file's own footer; null for text. */
  readonly rows: number | null;
}

type Declared = readonly (readonly [string, ColumnConfig])[];
type Looked = Pick<CheckedFile, 'gzip' | 'columns' | 'rows'>;

const wrongKind = (file: SourceFile, found: string, format: string): PipelineError =>
  new PipelineError(
    'SOURCE_UNREADABLE',
    `${file.name} is ${found}, not ${format}; correct the format of the source or the file`,
    { file: file.name },
  );

async function assertKind(files: SourceFiles, file: SourceFile, format: SourceConfig['format']): Promise<void> {
  const kind = await files.kind(file);
  if (kind === 'empty')
    throw new PipelineError('SOURCE_EMPTY', `${file.name} is empty (0 bytes): the export did not finish`, {
      file: file.name,
    });
  if (kind === 'utf-16') throw wrongKind(file, 'UTF-16 text', `UTF-8 ${format}`);
  if (kind === 'zip') throw wrongKind(file, 'a zip archive', format);
  if (format === 'parquet' && kind !== 'parquet')
    throw wrongKind(file, kind === 'gzip' ? 'gzip data' : 'no Parquet file', 'parquet');
  if (format !== 'parquet' && kind === 'parquet') throw wrongKind(file, 'a Parquet file', format);
}

interface SchemaRow extends Record<string, unknown> {
  readonly name: string;
  readonly children: number | null;
}

/** Top-level names of the depth-first list that a Parquet footer holds; the first entry is the root. */
function topLevel(rows: readonly SchemaRow[]): string[] {
  const names: string[] = [];
  let at = 1;
  const skip = (): void => {
    const children = rows[at]?.children ?? 0;
    at += 1;
    for (let i = 0; i < children; i += 1) skip();
  };
  while (at < rows.length) {
    names.push(rows[at]?.name ?? '');
    skip();
  }
  return names;
}

async function lookAtParquet(session: SqlSession, file: SourceFile): Promise<Looked> {
  const path = quoteText(file.path);
  try {
    const schema = await session.rows<SchemaRow>(`SELECT name, num_children AS children FROM parquet_schema(${path})`);
    const described = await session.rows<{ column_type: string }>(
      `DESCRIBE SELECT * FROM read_parquet(${path}, hive_partitioning = false)`,
    );
    const [footer] = await session.rows<{ rows: number }>(
      `SELECT num_rows AS rows FROM parquet_file_metadata(${path})`,
    );
    return {
      gzip: false,
      columns: topLevel(schema).map((name, i) => ({ name, type: described[i]?.column_type ?? '' })),
      rows: footer?.rows ?? 0,
    };
  } catch (error) {
    throw asUnreadable(error, file.name);
  }
}

async function lookAtNdjson(session: SqlSession, file: SourceFile, gzip: boolean): Promise<Looked> {
  try {
    const keys = await session.rows<{ key: string }>(
      `SELECT DISTINCT key FROM (SELECT unnest(json_keys(doc)) AS key FROM (SELECT CASE WHEN json_valid(line) THEN CASE WHEN json_type(line) = 'OBJECT' THEN line END END AS doc FROM ${ndjsonLines([file.path], gzip, 'look')})) ORDER BY key`,
    );
    if (keys.length === 0)
      throw new PipelineError('SOURCE_EMPTY', `${file.name} holds no JSON object`, { file: file.name });
    return { gzip, columns: keys.map(({ key }) => ({ name: key, type: null })), rows: null };
  } catch (error) {
    throw asUnreadable(error, file.name);
  }
}

/** Errors of the engine while it reads source files are about the files, unless disk, memory or a cancellation is to blame. */
export function asUnreadable(error: unknown, name: string): unknown {
  if (!(error instanceof PipelineError)) return error;
  const { engine } = error.details;
  const kind = typeof engine === 'string' ? engine : '';
  const ofEngine =
    [
      'Invalid Input',
      'Invalid',
      'IO',
      'Conversion',
      'Out of Range',
      'Serialization',
      'unknown',
      'Not implemented',
      'Binder',
    ].includes(kind) && error.code !== 'DISK_FULL';
  if (!ofEngine) return error;
  return new PipelineError(
    'SOURCE_UNREADABLE',
    `${name} cannot be read: damaged, cut short, or of mixed line ends or quoting (${kind} Error in the engine)`,
    { file: name, engine: kind },
  );
}

/**
 * Hold every file against the column contract, before any row is read.
 *
 * @throws PipelineError `SOURCE_EMPTY`, `SOURCE_UNREADABLE`, `COLUMN_MISSING`, `COLUMN_TYPE`, `COLUMN_AMBIGUOUS`, naming the file.
 */
export async function checkFiles(
  session: SqlSession,
  sources: SourceFiles,
  files: readonly SourceFile[],
  source: SourceConfig,
  declared: Declared,
): Promise<readonly CheckedFile[]> {
  const checked: CheckedFile[] = [];
  const delimiter = source.format === 'csv' ? source.csv.delimiter : null;
  for (const file of files) {
    await assertKind(sources, file, source.format);
    const looked = await lookAt(session, sources, file, source);
    checked.push({ file, ...looked, contract: checkContract(file.name, declared, looked.columns, delimiter) });
  }
  return checked;
}

async function lookAt(
  session: SqlSession,
  sources: SourceFiles,
  file: SourceFile,
  { format, csv }: SourceConfig,
): Promise<Looked> {
  if (format === 'parquet') return lookAtParquet(session, file);
  if (format === 'ndjson') return lookAtNdjson(session, file, (await sources.kind(file)) === 'gzip');
  const { cells, gzip } = await sources.header(file, csv);
  return { gzip, columns: cells.map((name) => ({ name, type: null })), rows: null };
}

/** Files with the same columns in the same places are read in one scan. */
export function groupFiles(
  files: readonly CheckedFile[],
): readonly { readonly group: FileGroup; readonly names: readonly string[] }[] {
  const groups = new Map<string, CheckedFile[]>();
  for (const file of files) {
    const signature = JSON.stringify([file.gzip, file.columns]);
    groups.set(signature, [...(groups.get(signature) ?? []), file]);
  }
  return [...groups.values()].map((members) => {
    const [{ gzip, columns, contract }] = members as [CheckedFile];
    return {
      group: { paths: members.map(({ file }) => file.path), gzip, width: columns.length, placed: contract.placed },
      names: columns.map(({ name }) => name),
    };
  });
}
