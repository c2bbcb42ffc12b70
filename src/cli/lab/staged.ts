import { PipelineError } from '../../contracts/errors';
import type { Matrix } from '../../core/linalg/matrix';
import type { SourceFile, SqlSession } from '../../core/ports';
import type { FoundColumn } from './columns';

/** The columns that were asked for, or all numeric ones. */
export interface ReadTable {
  /** NaN where a value is missing; rows in the order of the file. */
  readonly table: Matrix;
  /** For people: what was decided about the file. */
  readonly notes: readonly string[];
}

export interface ReadOptions {
  /** Names as they were given; undefined for all numeric columns. */
  readonly columns: readonly string[] | undefined;
  /** Of a CSV file; undefined to go by its header. */
  readonly delimiter: string | undefined;
  readonly signal?: AbortSignal;
}

export const unreadable = (file: SourceFile, why: string): PipelineError =>
  new PipelineError('SOURCE_UNREADABLE', `${file.name}${why}`, { file: file.name });

/** Names of the staged columns, by their place: those of a file can differ in case only, or be empty. */
export const place = (i: number): string => `c${i}`;

/** The chosen columns of the table `lab.rows`, in the order of the file's rows, under their own names. `NOT_FINITE`. */
export async function matrixOf(
  session: SqlSession,
  chosen: readonly number[],
  found: readonly FoundColumn[],
  expression: (name: string) => string = (name) => name,
): Promise<Matrix> {
  const names = chosen.map((i) => found[i].name);
  const columns = chosen.map((i) => expression(place(i)));
  try {
    const { matrix } = await session.matrix(`SELECT rowid::VARCHAR AS id, ${columns.join(', ')} FROM lab.rows ORDER BY rowid`);
    return { ...matrix, names };
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'NOT_FINITE') throw error;
    const name = names[chosen.findIndex((i) => place(i) === error.details.column)] ?? '';
    throw new PipelineError('NOT_FINITE', `${name}: ${String(error.details.rows)} values are infinite`, { ...error.details, column: name });
  }
}
