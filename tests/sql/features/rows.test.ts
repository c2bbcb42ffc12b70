import { createSqlModels } from '../../../src/adapters/duckdb';
import { createTestEngine } from '../../support/warehouse';

it.each([
  ["VALUES ('a', 10.10), ('b', -0.05), ('c', 99.95)", { customers: 3, revenue: '110.00' }],
  ["SELECT 'a', 1.00 WHERE false", { customers: 0, revenue: '0.00' }],
])('features/totals: customers and their exact revenue (%s)', async (rows, expected) => {
  const { sql, dispose } = createTestEngine(1);
  const session = await sql.session();
  await session.table(
    'features.rfm',
    `SELECT pid, monetary::DECIMAL(18, 2) AS monetary FROM (${rows}) AS t(pid, monetary)`,
  );
  expect(await session.rows(createSqlModels().get('features/totals').text)).toEqual([expected]);
  await session.close();
  await dispose();
});
