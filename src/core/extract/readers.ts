import type { PlacedColumn, SourceConfig } from './contract';
import { quoteIdent, quoteText } from '../sql/identifiers';
import { typedFromJson, typedFromStored, typedFromText, type TypedColumn, type TypingOptions } from './typed-columns';

/** Files with the same columns in the same places: read in one scan. */
export interface FileGroup {
  readonly paths: readonly string[];
  readonly gzip: boolean;
  /** Columns of the file, all of them. */
  readonly width: number;
  readonly placed: readonly PlacedColumn[];
}

/** One scan: what it reads, how each column is typed, and the row as it lay in the file. */
export interface Reader {
  /** SQL that goes after FROM. */
  readonly from: string;
  readonly columns: readonly TypedColumn[];
  /** SQL: true where the whole record makes no sense; never NULL. */
  readonly broken: string;
  /** SQL: the record as text, for the vault. */
  readonly record: string;
}

const list = (values: readonly string[]): string => `[${values.map(quoteText).join(', ')}]`;
/** Nothing is detected: a sample of the rows must not decide how the others are read. `store_rejects` keeps count of what the reader drops. */
const READ_ALL = 'auto_detect = false, hive_partitioning = false, store_rejects = true, rejects_limit = 0';
/** For a look at the keys only: lines that cannot be read are counted when the rows are read. */
const LOOK = 'auto_detect = false, hive_partitioning = false, ignore_errors = true';
const compression = ({ gzip }: FileGroup): string => `compression = ${quoteText(gzip ? 'gzip' : 'none')}`;

function csvReader(group: FileGroup, { csv }: SourceConfig, options: TypingOptions): Reader {
  const all = Array.from({ length: group.width }, (_, i) => `c${i}`);
  const columns = `{${all.map((name) => `${quoteText(name)}: 'VARCHAR'`).join(', ')}}`;
  const dialect = `delim = ${quoteText(csv.delimiter)}, quote = ${quoteText(csv.quote)}, escape = ${quoteText(csv.quote)}, header = true`;
  // With one column a blank line would be a row of NULL; with several the reader skips it.
  const blanks = group.width === 1 ? ' WHERE c0 IS NOT NULL' : '';
  return {
    from: `(SELECT * FROM read_csv(${list(group.paths)}, columns = ${columns}, ${dialect}, ${compression(group)}, ${READ_ALL})${blanks})`,
    columns: group.placed.map(({ name, position, config }) =>
      typedFromText(name, `c${position}`, config, csv.nulls, options),
    ),
    broken: 'false',
    record: `to_json([${all.join(', ')}])::VARCHAR`,
  };
}

/** JSON pointer (RFC 6901) of a top-level key. */
const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Lines are read as text first: the JSON reader either stops at a bad line or turns it into a row of NULLs. U+0001 is in no valid JSON. */
export function ndjsonLines(paths: readonly string[], gzip: boolean, purpose: 'read' | 'look'): string {
  const columns = `columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false`;
  return `(SELECT line FROM read_csv(${list(paths)}, ${columns}, compression = ${quoteText(gzip ? 'gzip' : 'none')}, ${purpose === 'read' ? READ_ALL : LOOK}) WHERE trim(line, chr(9) || chr(13) || ' ') <> '')`;
}

function ndjsonReader(group: FileGroup, options: TypingOptions): Reader {
  const paths = list(group.placed.map(({ config }) => pointer(config.from)));
  const documents = `SELECT line, CASE WHEN json_valid(line) THEN CASE WHEN json_type(line) = 'OBJECT' THEN line END END AS doc FROM ${ndjsonLines(group.paths, group.gzip, 'read')}`;
  return {
    from: `(SELECT line, doc, json_extract_string(doc, ${paths}) AS texts, json_type(doc, ${paths}) AS types FROM (${documents}))`,
    columns: group.placed.map(({ name, config }, i) =>
      typedFromJson(name, `texts[${i + 1}]`, `types[${i + 1}]`, config, options),
    ),
    broken: 'doc IS NULL',
    record: 'line',
  };
}

function parquetReader(group: FileGroup, names: readonly string[], options: TypingOptions): Reader {
  const columns = group.placed.map(({ name, position, type, config }) =>
    typedFromStored(name, quoteIdent(names[position] ?? ''), type ?? '', config, options),
  );
  const record = group.placed.map(({ position }) => `${quoteIdent(names[position] ?? '')}::VARCHAR`).join(', ');
  return {
    from: `read_parquet(${list(group.paths)}, hive_partitioning = false)`,
    columns,
    broken: 'false',
    record: `to_json([${record}])::VARCHAR`,
  };
}

/** @param names Names of all columns of the group, as the engine calls them (Parquet only). */
export function readerOf(
  group: FileGroup,
  names: readonly string[],
  source: SourceConfig,
  options: TypingOptions,
): Reader {
  if (source.format === 'csv') return csvReader(group, source, options);
  return source.format === 'ndjson' ? ndjsonReader(group, options) : parquetReader(group, names, options);
}
