import { PipelineError, type ErrorCode } from '../../contracts/errors';

interface Reading {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The engine's own kind of error: the words before "Error:" of its message. */
const kindOf = (message: string): string => /^([A-Za-z ]+?) Error\b/.exec(message)?.[1] ?? 'unknown';

/** These name tables, columns and SQL only: their first line may be shown, without quoted texts. */
const ABOUT_SQL = new Set(['Binder', 'Catalog', 'Parser', 'Syntax', 'Not implemented', 'Dependency']);
const firstLine = (message: string): string => (message.split('\n')[0] ?? '').replace(/'[^']*'/g, "'…'");

function read(kind: string, message: string): Reading {
  if (/no space left|max_temp_directory_size|temp_directory size/i.test(message)) {
    return {
      code: 'DISK_FULL',
      message: 'the disk of the store or of its temporary folder is full; free space and retry',
    };
  }
  if (ABOUT_SQL.has(kind)) return { code: 'SQL_REFUSED', message: firstLine(message) };
  switch (kind) {
    case 'Out of Memory':
      return {
        code: 'ENGINE_FAILED',
        message: 'DuckDB ran out of memory; raise engine.memoryLimit or lower engine.threads',
      };
    case 'Conversion':
    case 'Out of Range':
      return {
        code: 'COLUMN_TYPE',
        message: `a value does not fit its type (${kind} Error in the engine; the value is not shown)`,
      };
    case 'Permission':
      return { code: 'SQL_REFUSED', message: 'the SQL reaches for a file, a setting or an extension that is locked' };
    case 'Constraint':
    case 'Invalid Input':
      return {
        code: 'SQL_REFUSED',
        message: `the engine refused the statement or its data (${kind} Error; values are not shown)`,
      };
    default:
      return {
        code: 'ENGINE_FAILED',
        message: `DuckDB stopped with ${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind} Error`,
      };
  }
}

/**
 * An error of the engine as one of the pipeline's. DuckDB prints the offending value in cast errors: nothing of its message is
 * kept but the kind of error and, where it can only speak of SQL, the first line without quoted texts. There is no `cause`, for the same reason.
 */
export function toPipelineError(error: unknown, what: string, signal?: AbortSignal): PipelineError {
  if (error instanceof PipelineError) return error;
  if (signal?.aborted) return new PipelineError('CANCELLED', `${what} was cancelled`);
  // No instanceof: the engine's errors come from native code, perhaps of another realm.
  const { message: raw = '', code } = error as { readonly message?: string; readonly code?: string };
  const kind = kindOf(raw);
  if (code === 'ENOSPC')
    return new PipelineError('DISK_FULL', `${what}: no space left on the disk; free space and retry`);
  const { code: ours, message } = read(kind, raw);
  return new PipelineError(ours, `${what}: ${message}`, { engine: kind });
}
