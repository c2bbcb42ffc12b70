import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateShop } from '../../src/adapters/examples';

// 3,000 customers give about 75,000 rows: a share of 4 % is then known to about ±0.15 points, and orders share their dirt
const CUSTOMERS = 3000;
let directory: string;
let connection: DuckDBConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dramatis-dirt-'));
  await generateShop({ directory, customers: CUSTOMERS, seed: 3 });
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(`CREATE VIEW t AS SELECT * FROM read_parquet('${directory}/transactions/*.parquet')`);
  await connection.run(`CREATE VIEW c AS SELECT * FROM read_csv('${directory}/customers.csv', all_varchar = true)`);
  await connection.run(`CREATE VIEW truth AS SELECT * FROM read_parquet('${directory}/truth/behaviours.parquet')`);
});
afterAll(async () => {
  connection.disconnectSync();
  await rm(directory, { recursive: true, force: true });
});

async function value(select: string): Promise<number> {
  const [[first]] = (await connection.runAndReadAll(select)).getRows();
  return Number(first);
}
const share = (table: string, condition: string): Promise<number> => value(`SELECT count(*) FILTER (WHERE ${condition}) / count(*) FROM ${table}`);

it.each([
  ['lines without a customer', 't', 'customer_no IS NULL', 0.03, 0.05],
  ['returns', 't', "order_no LIKE 'R-%'", 0.03, 0.12],
  ['postage and fees', 't', "product_code IN ('POST', 'FEE-GIFT')", 0.05, 0.15],
  ['retired codes', 't', "product_code LIKE 'OLD-%'", 0.003, 0.009],
  ['samples for nothing', 't', 'unit_price = 0', 0.004, 0.012],
  ['impossible quantities', 't', 'abs(quantity) > 100', 0.00005, 0.0005],
  ['late loads', 't', "loaded_at > ordered_at + INTERVAL 2 DAY", 0.012, 0.018],
  ['rows after the as-of day', 't', "ordered_at >= '2026-07-01'", 0.0005, 0.006],
  ['impossible ages', 'c', "try_cast(birth_year AS INTEGER) NOT BETWEEN 1920 AND 2012", 0.001, 0.006],
  ['unreadable values', 'c', "birth_year = 'unknown' OR signed_up = '0000-00-00'", 0.0005, 0.006],
  ['missing incomes', 'c', "income IS NULL OR income = ''", 0.15, 0.21],
])('has %s in a plausible share', async (_, table, condition, low, high) => {
  const found = await share(table, condition);
  expect(found).toBeGreaterThanOrEqual(low);
  expect(found).toBeLessThanOrEqual(high);
});

it('has exact duplicates, and no other row of an order twice', async () => {
  const rows = await value('SELECT count(*) FROM t');
  const distinct = await value('SELECT count(*) FROM (SELECT DISTINCT * FROM t)');
  expect((rows - distinct) / rows).toBeGreaterThan(0.003);
  expect((rows - distinct) / rows).toBeLessThan(0.008);
  expect(await value('SELECT count(*) FROM (SELECT DISTINCT order_no, line_no FROM t)')).toBe(distinct);
});

it('has cities in the wrong country', async () => {
  const usual = "(SELECT city, mode(country ORDER BY country) AS usual FROM c GROUP BY city)";
  const wrong = await value(`SELECT count(*) FILTER (WHERE country <> usual) / count(*) FROM c JOIN ${usual} USING (city)`);
  expect(wrong).toBeGreaterThan(0.002);
  expect(wrong).toBeLessThan(0.011);
});

it('plants one behaviour in every customer and keeps it out of the exports', async () => {
  expect(await value('SELECT count(*) FROM truth')).toBe(CUSTOMERS);
  expect(await value('SELECT count(DISTINCT customer_no) FROM truth')).toBe(CUSTOMERS);
  expect(await value('SELECT count(*) FROM (SELECT DISTINCT customer_no FROM c) ANTI JOIN truth USING (customer_no)')).toBe(0);
  expect(await value('SELECT count(*) FROM truth ANTI JOIN c USING (customer_no)')).toBe(0);
  expect(await value('SELECT count(*) FROM (SELECT DISTINCT customer_no FROM t WHERE customer_no IS NOT NULL) ANTI JOIN truth USING (customer_no)')).toBe(0);
  expect(await value("SELECT count(*) FROM (DESCRIBE SELECT * FROM t) WHERE column_name = 'behaviour'")).toBe(0);
});

it('returns nothing that was not bought', async () => {
  const orphans = "SELECT order_no, line_no, product_name FROM t WHERE order_no LIKE 'R-%'";
  expect(await value(`SELECT count(*) FROM (${orphans}) AS r ANTI JOIN t AS s ON s.order_no = substr(r.order_no, 3) AND s.line_no = r.line_no AND s.product_name = r.product_name`)).toBe(0);
});

it('has a catalogue of about 400 products in seven categories', async () => {
  expect(await value("SELECT count(DISTINCT product_code) FROM t WHERE regexp_matches(product_code, '^(TNT|CLB|FTW|CLO|WIN|BIK|FUD)-')")).toBeGreaterThan(380);
  expect(await value("SELECT count(DISTINCT substr(product_code, 1, 3)) FROM t WHERE product_code LIKE '___-%' AND product_code NOT LIKE 'OLD-%' AND product_code NOT LIKE 'FEE-%'")).toBe(7);
});
