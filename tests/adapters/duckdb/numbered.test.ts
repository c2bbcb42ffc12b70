import { readFileSync } from 'node:fs';
import { createTestEngine } from '../../support/warehouse';

/** Three row groups and more, values that repeat, nothing in order. */
const ROWS = `SELECT (i * 7919) % 1009 AS a, md5((i % 5003)::VARCHAR) AS b, CASE WHEN i % 11 = 0 THEN NULL ELSE i % 13 END AS c FROM range(400000) AS r(i)`;

async function written(threads: number, numbered: boolean): Promise<string> {
  const env = createTestEngine(threads);
  const session = await env.sql.session();
  try {
    await session.table('t.rows', ROWS);
    const ref = numbered
      ? await session.save('t.out', 'SELECT a, b, c FROM t.rows ORDER BY a, b, c', {}, { number: 'row_id' })
      : await session.save('t.out', 'SELECT row_number() OVER (ORDER BY a, b, c) AS row_id, a, b, c FROM t.rows ORDER BY row_id');
    const bytes = readFileSync(await env.artifacts.path(ref));
    expect(ref.rows).toBe(400_000);
    return bytes.toString('base64');
  } finally {
    await session.close();
    await env.dispose();
  }
}

it('rows numbered while they are written have the numbers of an ordered window, byte by byte, on any number of threads', async () => {
  const expected = await written(1, false);
  for (const threads of [1, 2, 4]) expect((await written(threads, true)) === expected).toBe(true);
});
