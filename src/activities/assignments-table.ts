import type { ArtifactRef } from '../contracts/artifacts';
import type { ClusterModel } from '../contracts/model';
import type { Assignments } from '../core/clustering/assignments';
import { withCommas } from '../core/extract/summary';
import type { SqlEngine, SqlSession } from '../core/ports';
import { suppress } from '../core/privacy/suppress';

/** One row per customer, in the order of `pid`. */
export async function saveAssignments(sql: SqlEngine, ids: readonly string[], assignments: Assignments, signal: AbortSignal): Promise<ArtifactRef> {
  const session = await sql.session({ signal });
  try {
    await session.insert('clustering.assigned', [
      { name: 'pid', type: 'VARCHAR', values: ids },
      { name: 'cluster', type: 'INTEGER', values: assignments.cluster },
      { name: 'distance', type: 'DOUBLE', values: assignments.distance },
      { name: 'runner_up', type: 'INTEGER', values: assignments.runnerUp },
      { name: 'margin', type: 'DOUBLE', values: assignments.margin },
      { name: 'probability', type: 'DOUBLE', values: assignments.probability },
    ]);
    return await session.save('clustering.assignments', 'SELECT * FROM clustering.assigned ORDER BY pid');
  } finally {
    await session.close();
  }
}

/** Customers of each cluster and of none, by the session's `clustering.assignments`: where a model of before is applied its own sizes are those of its fit. */
export async function assignedSizes(session: SqlSession, k: number): Promise<{ readonly sizes: number[]; readonly unassigned: number }> {
  const rows = await session.rows<{ cluster: number; customers: number }>(
    'SELECT cluster, count(*)::INTEGER AS customers FROM clustering.assignments GROUP BY cluster ORDER BY cluster',
  );
  const of = (cluster: number): number => rows.find((row) => row.cluster === cluster)?.customers ?? 0;
  return { sizes: Array.from({ length: k }, (_, cluster) => of(cluster)), unassigned: of(-1) };
}

/** "24,880 customers in 6 clusters, 120 in none"; of 1 to kMin − 1 in none not how many. */
export function assignedText({ sizes, unassigned, k }: Pick<ClusterModel, 'sizes' | 'unassigned' | 'k'>, kMin: number): string {
  const assigned = sizes.reduce((sum, size) => sum + size, 0);
  const few = suppress(unassigned, kMin) === 'small';
  // The assigned and the total, which is said elsewhere, would give away a few that are not.
  const noise = few ? `, but for fewer than ${kMin} in none` : unassigned > 0 ? `, ${withCommas(unassigned)} in none` : '';
  return `${withCommas(few ? assigned + unassigned : assigned)} customers in ${k} clusters${noise}`;
}
