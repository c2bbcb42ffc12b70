import { DuckDBInstance } from '@duckdb/node-api';
import type { Matrix } from '../../src/core/linalg/matrix';
import { shared } from '../support/shared';
import { standardise } from './clustering-sets';

const SPEND = ['MntWines', 'MntFruits', 'MntMeatProducts', 'MntFishProducts', 'MntSweetProducts', 'MntGoldProds'];
const PURCHASES = ['NumDealsPurchases', 'NumWebPurchases', 'NumCatalogPurchases', 'NumStorePurchases'];

/** The rows of `reference/marketing_campaign.json`: a missing income is its education's median; three birth years and one income are left out. */
const select = (columns: readonly string[]): string => `
  WITH typical AS (SELECT Education, median(Income) AS income FROM customers GROUP BY Education)
  SELECT ${columns.join(', ')}
  FROM customers AS c JOIN typical AS t USING (Education)
  WHERE c.Year_Birth >= 1920 AND c.Income IS DISTINCT FROM 666666
  ORDER BY c.file_row_number`;

const income = 'coalesce(c.Income, t.income) AS income';
const age = '2014 - c.Year_Birth AS age';
const WIDE = [
  income,
  age,
  `date_diff('day', c.Dt_Customer, DATE '2014-06-29') AS tenure_days`,
  'c.Recency AS recency',
  ...SPEND.map((column) => `c.${column} AS log1p_${column}`),
  ...PURCHASES.map((column) => `c.${column}`),
  'c.NumWebVisitsMonth',
];
const CORE = [
  income,
  age,
  `${SPEND.map((column) => `c.${column}`).join(' + ')} AS log1p_total_spend`,
  `${PURCHASES.map((column) => `c.${column}`).join(' + ')} AS total_purchases`,
  'c.NumWebVisitsMonth AS web_visits',
];

async function read(columns: readonly string[]): Promise<Matrix> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const file = shared('data/marketing_campaign/marketing_campaign.parquet');
  await connection.run(
    `CREATE VIEW customers AS SELECT * FROM read_parquet('${file.replaceAll("'", "''")}', file_row_number = true)`,
  );
  const reader = await connection.runAndReadAll(select(columns));
  const names = reader.columnNames();
  const rows = reader
    .getRows()
    .map((row) => row.map((value, j) => (names[j].startsWith('log1p_') ? Math.log1p(Number(value)) : Number(value))));
  connection.disconnectSync();
  return { rows: rows.length, cols: names.length, names, values: Float64Array.from(rows.flat()) };
}

/** The fifteen columns `wide15` of the marketing campaign, 2,236 rows, before they are standardised. */
export const marketingWide15Raw = (): Promise<Matrix> => read(WIDE);
/** The five columns `core5`, before they are standardised. */
export const marketingCore5Raw = (): Promise<Matrix> => read(CORE);

/** `wide15` as the reference clusters it: mean 0, population sd 1. */
export const marketingWide15 = async (): Promise<Matrix> => standardise(await marketingWide15Raw());
/** `core5` as the reference clusters it: mean 0, population sd 1. */
export const marketingCore5 = async (): Promise<Matrix> => standardise(await marketingCore5Raw());
