import type { ProjectConfig } from '../../config/project';
import { PipelineError } from '../../contracts/errors';
import { nearNames } from './edit-distance';

export type SourceConfig = ProjectConfig['sources']['transactions'];
/** `whole`: declared as an integer, though what comes of it is a decimal. */
export type ColumnConfig = SourceConfig['columns'][string] & { readonly whole?: boolean };
export type ColumnType = ColumnConfig['type'];

/** A column as a file has it. `type` is the engine's name of the stored type; null where everything is text. */
export interface FoundColumn {
  readonly name: string;
  readonly type: string | null;
}

/** Where a declared column lies in a file. */
export interface PlacedColumn {
  readonly name: string;
  readonly config: ColumnConfig;
  /** 0-based position in the file. */
  readonly position: number;
  readonly type: string | null;
}

export interface FileContract {
  readonly placed: readonly PlacedColumn[];
  /** Columns of the file that nobody declared. */
  readonly extra: readonly string[];
}

const WHOLE = /^U?(TINY|SMALL|BIG|HUGE)INT$|^U?INTEGER$|^DECIMAL\(\d+,\s*0\)$/;
const TIMES = /^TIMESTAMP(_S|_MS|_NS|_US)?$|^TIMESTAMP WITH TIME ZONE$|^DATE$/;

/** Stored types that can be read as a declared type without guessing. Text never becomes a number here, and a DOUBLE never an id. */
const READABLE: Readonly<Record<ColumnType, RegExp>> = {
  text: new RegExp(`^(VARCHAR|UUID|ENUM.*)$|${WHOLE.source}`),
  integer: WHOLE,
  decimal: new RegExp(`^(DOUBLE|FLOAT|DECIMAL\\(.*\\))$|${WHOLE.source}`),
  date: TIMES,
  timestamp: TIMES,
  boolean: /^BOOLEAN$/,
};

/** Declared columns in the order of every output: the role's own first, then the others by name. */
export function orderedColumns(
  columns: SourceConfig['columns'],
  first: readonly string[],
): readonly (readonly [string, ColumnConfig])[] {
  const own = first.filter((name) => name in columns);
  const others = Object.keys(columns)
    .filter((name) => !first.includes(name))
    .sort();
  return [...own, ...others].map((name) => [name, columns[name] as ColumnConfig] as const);
}

const DELIMITERS = [',', ';', '\t', '|'];

/** The delimiter that a header of one cell seems to have; undefined where it has several cells, or none of the common ones. */
function otherDelimiter(found: readonly FoundColumn[], delimiter: string): string | undefined {
  const [only, ...others] = found;
  if (!only || others.length > 0) return undefined;
  const cells = (mark: string): number => only.name.split(mark).length;
  return DELIMITERS.filter((mark) => mark !== delimiter && cells(mark) > 1).sort((a, b) => cells(b) - cells(a))[0];
}

function missing(
  file: string,
  name: string,
  { from }: ColumnConfig,
  found: readonly FoundColumn[],
  delimiter: string | null,
): PipelineError {
  const other = delimiter === null ? undefined : otherDelimiter(found, delimiter);
  if (other !== undefined) {
    const shown = JSON.stringify(other);
    return new PipelineError(
      'COLUMN_MISSING',
      `${file}: there is no column "${from}" (${name}): the header is one cell that holds ${shown}; set csv.delimiter: ${shown}`,
      { file, column: from, delimiter: other },
    );
  }
  const near = nearNames(
    from,
    found.map((column) => column.name),
  );
  const hint = near.length > 0 ? `; renamed to ${near.map((column) => `"${column}"`).join(' or ')}?` : '';
  return new PipelineError('COLUMN_MISSING', `${file}: there is no column "${from}" (${name})${hint}`, {
    file,
    column: from,
    near,
  });
}

function place(
  file: string,
  name: string,
  config: ColumnConfig,
  found: readonly FoundColumn[],
  delimiter: string | null,
): PlacedColumn {
  const same = found.filter((column) => column.name.toLowerCase() === config.from.toLowerCase());
  const position = found.findIndex((column) => column.name === config.from);
  if (same.length > 1) {
    const names = same.map((column) => `"${column.name}"`).join(', ');
    throw new PipelineError(
      'COLUMN_AMBIGUOUS',
      `${file}: the columns ${names} differ at most in case, so "${config.from}" (${name}) could be any of them`,
      { file, column: config.from },
    );
  }
  const column = found[position];
  if (!column) throw missing(file, name, config, found, delimiter);
  const declared = config.whole ? 'integer' : config.type;
  if (column.type !== null && !READABLE[declared].test(column.type)) {
    throw new PipelineError(
      'COLUMN_TYPE',
      `${file}: the column "${config.from}" (${name}) is stored as ${column.type}, which is not read as ${declared}: ${adviceFor(declared, column.type)}`,
      {
        file,
        column: config.from,
        stored: column.type,
        declared,
      },
    );
  }
  return { name, config, position, type: column.type };
}

function adviceFor(declared: ColumnType, stored: string): string {
  if (declared === 'text' && /DOUBLE|FLOAT|DECIMAL/.test(stored))
    return 'an id stored as a floating-point number may have lost digits; export it as text or as an integer';
  return 'export it with that type, or declare the one it has';
}

/**
 * Hold the columns of one file against the declared ones, before any row is read.
 *
 * @param file Name of the file, for messages.
 * @param delimiter Between two cells of its header; null where a file has none.
 * @throws PipelineError `COLUMN_MISSING` with near names, `COLUMN_TYPE`, `COLUMN_AMBIGUOUS`.
 */
export function checkContract(
  file: string,
  declared: readonly (readonly [string, ColumnConfig])[],
  found: readonly FoundColumn[],
  delimiter: string | null = null,
): FileContract {
  const placed = declared.map(([name, config]) => place(file, name, config, found, delimiter));
  const used = new Set(placed.map(({ position }) => position));
  return { placed, extra: found.filter((_, i) => !used.has(i)).map(({ name }) => name) };
}
