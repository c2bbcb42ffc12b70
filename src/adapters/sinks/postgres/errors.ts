import { PipelineError } from '../../../contracts/errors';

interface ServerError {
  readonly code?: unknown;
  readonly table?: unknown;
  readonly schema?: unknown;
}

/** SQLSTATE classes and codes that another try may survive: connections, resources, shutdowns, locks, serialisation. */
const TRANSIENT = /^(08|53|57P0|57014|55P03|40001|40P01|25P03)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const SYSTEM = /^E[A-Z]+$/;

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'check user and password of its connection URL'],
  [/^3D/, 'there is no such database'],
  [/^42501/, 'the user lacks a right: it must own both schemas, or may create them'],
  [/^2BP01/, 'other objects depend on a view whose columns change: drop them, and make them again after the delivery'],
  [/^57014/, 'a statement took longer than statementTimeout'],
  [/^55P03/, 'a transaction of a reader keeps a view locked'],
  [/^53100/, 'the disk of the server is full'],
];

/** PostgreSQL shows values in messages and details: nothing is kept of an error but its code and the names of tables. */
export function postgresError(error: unknown, target: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const { code, table } = error as ServerError;
  const state = typeof code === 'string' && SQLSTATE.test(code) && !SYSTEM.test(code) ? code : undefined;
  const errno = typeof code === 'string' && SYSTEM.test(code) ? code : undefined;
  const details = { target, ...(state !== undefined && { sqlstate: state }), ...(errno !== undefined && { errno }) };
  if (state === undefined || TRANSIENT.test(state)) {
    const advice = ADVICE.find(([pattern]) => state !== undefined && pattern.test(state))?.[1];
    const what = state === undefined ? (errno ?? 'connection lost') : `SQLSTATE ${state}`;
    return new PipelineError('SINK_UNREACHABLE', `target ${target}: the database cannot take the release now (${what}${advice === undefined ? '' : `: ${advice}`})`, details);
  }
  const advice = ADVICE.find(([pattern]) => pattern.test(state))?.[1] ?? 'see the PostgreSQL manual for the code';
  const where = typeof table === 'string' ? ` at table ${table}` : '';
  return new PipelineError('SINK_REFUSED', `target ${target}: the database refused the release (SQLSTATE ${state}${where}): ${advice}`, details);
}
