import { writeFile, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqlEngine } from '../../../src/adapters/duckdb/engine';
import { createTestEngine } from '../../support/warehouse';

const env = createTestEngine();
afterAll(() => env.dispose());

async function open(options?: Parameters<typeof env.sql.session>[0]) {
  return env.sql.session(options);
}

describe('SQL session', () => {
  it('binds values, answers plain values and keeps the order of rows', async () => {
    const session = await open();
    await session.table('t.a', 'SELECT range AS x, $label AS label, $day::DATE AS day FROM range($n::BIGINT)', {
      label: "o'hara",
      day: { date: '2011-12-09' },
      n: 3,
      unused: 1,
    });
    expect(await session.rows('SELECT * FROM t.a ORDER BY x')).toEqual(
      [0, 1, 2].map((x) => ({ x, label: "o'hara", day: '2011-12-09' })),
    );
    const [row] = await session.rows(
      `SELECT 9007199254740993::BIGINT AS big, sum(1)::HUGEINT AS huge, 1.50::DECIMAL(9, 2) AS money,
      TIMESTAMP '2011-12-09 12:50:00' AS at, NULL AS nothing, [1, 2] AS list, $list AS given`,
      { list: { list: ['a', 'b'] } },
    );
    expect(row).toEqual({
      big: '9007199254740993',
      huge: 1,
      money: '1.50',
      at: '2011-12-09 12:50:00',
      nothing: null,
      list: [1, 2],
      given: ['a', 'b'],
    });
    await session.close();
  });

  it('fills a table from columns and reads it back as a matrix of typed arrays in the order asked for', async () => {
    const session = await open();
    const n = 5000; // more than two chunks of 2048
    const ids = Array.from({ length: n }, (_, i) => `c_${String(i).padStart(5, '0')}`);
    const numbers = Float64Array.from(ids, (_, i) => i / 3);
    expect(
      await session.insert('t.x', [
        { name: 'pid', type: 'VARCHAR', values: ids },
        { name: 'd', type: 'DOUBLE', values: numbers },
        { name: 'i', type: 'BIGINT', values: ids.map((_, i) => (i % 7 === 0 ? null : i)) },
      ]),
    ).toBe(n);
    const { ids: back, matrix } = await session.matrix(
      'SELECT pid, d, i, (i * 1.5)::DECIMAL(18, 4) AS m FROM t.x ORDER BY pid DESC',
    );
    expect(back).toEqual([...ids].reverse());
    expect(matrix).toMatchObject({ rows: n, cols: 3, names: ['d', 'i', 'm'] });
    expect(matrix.values[0]).toBe((n - 1) / 3);
    expect(matrix.values[3 * (n - 1 - 14) + 1]).toBeNaN(); // row 14 is a multiple of 7: NULL
    expect(matrix.values[3 * (n - 1 - 15) + 2]).toBe(22.5);
    await session.close();
  });

  it('refuses NaN, text columns and rows without id in a matrix', async () => {
    const session = await open();
    await expect(session.matrix(`SELECT 'a' AS pid, 'NaN'::DOUBLE AS x`)).rejects.toMatchObject({
      code: 'NOT_FINITE',
      details: { column: 'x', rows: 1 },
    });
    await expect(session.matrix(`SELECT 'a' AS pid, 'b' AS x`)).rejects.toMatchObject({ code: 'SQL_REFUSED' });
    await expect(session.matrix('SELECT NULL::VARCHAR AS pid, 1 AS x')).rejects.toMatchObject({ code: 'SQL_REFUSED' });
    await session.close();
  });

  it('saves ordered SELECTS to the same bytes on any number of threads, and shows them again as views', async () => {
    const refs = [];
    for (const threads of [1, 4]) {
      const other = createTestEngine(threads);
      const session = await other.sql.session();
      refs.push(
        await session.save(
          't.t',
          'SELECT (range * 7919) % 300007 AS k, range % 10 AS g FROM range($n::BIGINT) ORDER BY k',
          { n: 300_000 },
        ),
      );
      await session.view('again.t', refs[refs.length - 1]!);
      expect(await session.rows('SELECT count(*) AS n, min(k) AS low FROM again.t')).toEqual([{ n: 300_000, low: 0 }]);
      await session.close();
      await other.dispose();
    }
    expect(refs[0]).toMatchObject({ kind: 't.t', rows: 300_000 });
    expect(refs[1]).toEqual(refs[0]);
  });

  it('refuses to save without ORDER BY, also when one stands only inside a subquery or a comment', async () => {
    const session = await open();
    for (const sql of [
      'SELECT 1 AS a',
      'SELECT * FROM (SELECT 1 AS a ORDER BY a)',
      'SELECT 1 AS a -- ORDER BY a',
      `SELECT 'ORDER BY' AS a`,
    ]) {
      await expect(session.save('t.t', sql)).rejects.toMatchObject({ code: 'SQL_REFUSED' });
    }
    await session.close();
  });

  it('takes one SELECT and nothing else', async () => {
    const session = await open();
    for (const sql of [
      'SELECT 1; DROP TABLE t',
      'CREATE TABLE t AS SELECT 1',
      `COPY (SELECT 1) TO 'x.csv'`,
      'CALL enable_logging()',
      'SET threads = 1',
      '',
      "ATTACH 'x.db'",
    ]) {
      await expect(session.rows(sql)).rejects.toMatchObject({ code: 'SQL_REFUSED' });
      await expect(session.table('t.t', sql)).rejects.toMatchObject({ code: 'SQL_REFUSED' });
    }
    expect(await session.rows('SELECT 1 AS one; -- done')).toEqual([{ one: 1 }]);
    await session.close();
  });

  it('names a missing parameter and keeps values out of messages', async () => {
    const session = await open();
    await expect(session.rows('SELECT $nowhere::INTEGER AS x')).rejects.toMatchObject({
      code: 'SQL_REFUSED',
      message: expect.stringContaining('$nowhere') as string,
    });
    for (const sql of [
      'SELECT $secret::INTEGER AS x',
      "SELECT x::INTEGER AS y FROM (SELECT $secret || '' AS x)",
      `SELECT error($secret) AS x`,
      `SELECT strptime($secret, '%d') AS x`,
    ]) {
      const error: Error & { code?: string } = await session.rows(sql, { secret: 'jane@example.org' }).then(
        () => new Error('no error'),
        (e: Error) => e,
      );
      expect(error.code).toMatch(/^(COLUMN_TYPE|SQL_REFUSED|ENGINE_FAILED)$/);
      expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('jane');
    }
    await expect(session.rows('SELECT nope FROM (SELECT 1 AS yes)')).rejects.toMatchObject({
      code: 'SQL_REFUSED',
      message: expect.stringContaining('nope') as string,
    });
    await session.close();
  });

  it('reaches listed files only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dramatis-reads-'));
    await writeFile(join(folder, 'in.csv'), 'a\n1\n');
    await writeFile(join(folder, 'out.csv'), 'a\n1\n');
    const session = await open({ reads: [join(folder, 'in.csv')] });
    expect(await session.rows(`SELECT * FROM read_csv('${join(folder, 'in.csv')}')`)).toEqual([{ a: 1 }]);
    await expect(session.rows(`SELECT * FROM read_csv('${join(folder, 'out.csv')}')`)).rejects.toMatchObject({
      code: 'SQL_REFUSED',
    });
    await session.close();
  });

  it('stops a running query when the signal aborts, and leaves no folder behind', async () => {
    const controller = new AbortController();
    const other = createTestEngine();
    const session = await other.sql.session({ signal: controller.signal });
    const slow = session.rows('SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(100000) b');
    setTimeout(() => controller.abort(), 100);
    await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(session.rows('SELECT 1 AS a')).rejects.toMatchObject({ code: 'CANCELLED' });
    await session.close();
    expect(await readdir(join(other.artifacts.folder, 'sql'))).toEqual([]);
    await other.dispose();
  });

  it('spills to its own folder under a small memory limit and gives the same bytes', async () => {
    const small = createSqlEngine({
      artifacts: env.artifacts,
      threads: 2,
      memoryLimit: '120MB',
      temporary: join(env.artifacts.folder, 'small'),
    });
    const sql = `SELECT md5(range::VARCHAR) AS k, range AS v FROM range(1500000) ORDER BY k, v`;
    const digests = [];
    for (const engine of [small, env.sql]) {
      const session = await engine.session();
      digests.push((await session.save('t.spill', sql)).sha256);
      await session.close();
    }
    expect(digests[0]).toBe(digests[1]);
  });
});
