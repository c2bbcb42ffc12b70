import type { ArtifactRef } from '../contracts/artifacts';
import type { Matrix } from '../core/linalg/matrix';
import type { SqlEngine } from '../core/ports';

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
