import type { ErasedSet, SqlSession, Vault } from '../core/ports';

const IDS = 'SELECT DISTINCT customer_id::VARCHAR AS customer_id FROM extract.seen WHERE customer_id IS NOT NULL ORDER BY customer_id';
const OUT = 'customer_id::VARCHAR IN (SELECT customer_id FROM extract.erased)';

/** Their rows are rejected, whatever else is wrong with them, and their records are kept nowhere. */
const LEFT_OUT = `SELECT * REPLACE (
  CASE WHEN ${OUT} THEN 'erased' ELSE reject_reason END AS reject_reason,
  CASE WHEN ${OUT} THEN NULL ELSE reject_record END AS reject_record
) FROM extract.seen`;

/** Make `extract.read` of `extract.seen`: rows of erased customers are rejected as such, so that rows in are kept plus rejected still. */
export async function leaveOut(session: SqlSession, vault: Vault, erased: ErasedSet): Promise<number> {
  const ids = (await session.rows<{ customer_id: string }>(IDS)).map(({ customer_id: id }) => id).filter((id) => erased.has(vault.pseudonym(id)));
  await session.insert('extract.erased', [{ name: 'customer_id', type: 'VARCHAR', values: ids }]);
  return session.table('extract.read', LEFT_OUT);
}

/** Tells raw records that have the id of an erased customer among their words: a line that could not be read may still name one. */
export async function mentioner(vault: Vault): Promise<(record: string) => boolean> {
  const erased = await vault.erased();
  if (erased.digest === null) return () => false;
  return (record) => record.split(/[\s,;|"'{}:[\]]+/).some((word) => word !== '' && erased.has(vault.pseudonym(word)));
}
