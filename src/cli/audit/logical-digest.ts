import type { ArtifactRef } from '../../contracts/artifacts';
import type { SqlEngine } from '../../core/ports';

/**
 * SHA-256 over the rows of a table, whatever their order and however they are stored: each row is hashed as text, the hashes in their order.
 * Two tables with one digest hold the same values, though perhaps in other bytes.
 *
 * O(n log n) time; 64 bytes of memory per row.
 */
export async function logicalDigest(sql: SqlEngine, ref: ArtifactRef): Promise<string> {
  const session = await sql.session();
  try {
    await session.view('replay.rows', ref);
    const columns = await session.rows<{ name: string; type: string }>('SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM replay.rows)');
    const [row] = await session.rows<{ digest: string | null }>(
      "SELECT sha256(coalesce(string_agg(hash, '' ORDER BY hash), '')) AS digest FROM (SELECT sha256(r::VARCHAR) AS hash FROM replay.rows AS r)",
    );
    return `${JSON.stringify(columns)} ${row?.digest ?? ''}`;
  } finally {
    await session.close();
  }
}
