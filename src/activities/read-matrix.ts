import type { ArtifactRef } from '../contracts/artifacts';
import type { FeatureSpec } from '../contracts/features';
import type { ProjectConfig } from '../config/project';
import type { Matrix } from '../core/linalg/matrix';
import type { SqlEngine, SqlSession } from '../core/ports';
import { planColumns } from '../core/prepare';
import { quoteIdent } from '../core/sql/identifiers';

/** `prepare.matrix` in the order of its key: pids and model columns. */
export async function readMatrix(
  sql: SqlEngine,
  ref: ArtifactRef,
  signal: AbortSignal,
): Promise<{ readonly ids: string[]; readonly matrix: Matrix }> {
  const session = await sql.session({ signal });
  try {
    await session.view('prepare.matrix', ref);
    return await session.matrix('SELECT * FROM prepare.matrix ORDER BY pid');
  } finally {
    await session.close();
  }
}

/** The features that `features.model` needs, of the session's `features.features`, in the order of its key; NaN = missing. */
export function readModelFeatures(
  session: SqlSession,
  specs: readonly FeatureSpec[],
  { features, prepare }: Pick<ProjectConfig, 'features' | 'prepare'>,
): Promise<{ readonly ids: string[]; readonly matrix: Matrix }> {
  return readFeatures(session, [...new Set(planColumns(features.model, specs, prepare.pseudoCount).flatMap(({ from }) => from))]);
}

/** Features by name, of the session's `features.features`, in the order of its key; NaN = missing. */
export function readFeatures(session: SqlSession, names: readonly string[]): Promise<{ readonly ids: string[]; readonly matrix: Matrix }> {
  const columns = names.map((name) => `${quoteIdent(name)}::DOUBLE AS ${quoteIdent(name)}`).join(', ');
  return session.matrix(`SELECT pid, ${columns} FROM features.features ORDER BY pid`);
}

/** Write prepared columns as `prepare.matrix`, one row per customer in the order of `pid`. */
export async function savePrepared(session: SqlSession, ids: readonly string[], { names, rows, cols, values }: Matrix): Promise<ArtifactRef> {
  const columns = names.map((name, j) => ({ name, type: 'DOUBLE' as const, values: Float64Array.from({ length: rows }, (_, i) => values[i * cols + j]) }));
  await session.insert('prepare.rows', [{ name: 'pid', type: 'VARCHAR', values: ids }, ...columns]);
  return session.save('prepare.matrix', 'SELECT * FROM prepare.rows ORDER BY pid');
}
