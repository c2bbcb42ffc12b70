import { DuckDBInstance } from '@duckdb/node-api';
import type { Matrix } from '../../src/core/linalg/matrix';
import { shared } from '../support/shared';

/** Numeric columns of a Parquet file, in the order of the query. */
async function read(select: string): Promise<Matrix> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(select);
  const rows = reader.getRows().map((row) => row.map(Number));
  connection.disconnectSync();
  return {
    rows: rows.length,
    cols: rows[0].length,
    names: reader.columnNames(),
    values: Float64Array.from(rows.flat()),
  };
}

/** Columns to mean 0 and population sd 1. */
export function standardise({ values, ...x }: Matrix): Matrix {
  const result = Float64Array.from(values);
  for (let j = 0; j < x.cols; j++) {
    const column = Array.from({ length: x.rows }, (_, i) => values[i * x.cols + j]);
    const mean = column.reduce((sum, value) => sum + value, 0) / x.rows;
    const sd = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.rows);
    column.forEach((value, i) => (result[i * x.cols + j] = (value - mean) / sd));
  }
  return { ...x, values: result };
}

/** Recency, frequency and monetary value of the Online Retail customers as they are, by customer. */
export const rawOnlineRetail = (): Promise<Matrix> =>
  read(
    `SELECT recency, frequency, monetary FROM '${shared('reference/online_retail_rfm.parquet')}' ORDER BY CustomerID`,
  );

/** The same, log1p and standardised. */
export async function onlineRetail(): Promise<Matrix> {
  const raw = await rawOnlineRetail();
  return standardise({ ...raw, values: raw.values.map((value) => Math.log1p(value)) });
}

export const iris = (): Promise<Matrix> =>
  read(`SELECT * EXCLUDE (Species) FROM '${shared('data/iris/iris.parquet')}'`);
export const faithful = (): Promise<Matrix> => read(`SELECT * FROM '${shared('data/faithful/faithful.parquet')}'`);

/** Complete cases of the four composites of PISA 2015, United States. */
export const pisa = (): Promise<Matrix> => {
  const columns = ['broad_interest', 'enjoyment', 'instrumental_mot', 'self_efficacy'];
  const complete = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  return read(`SELECT ${columns.join(', ')} FROM '${shared('data/pisa_usa15/pisa_usa15.parquet')}' WHERE ${complete}`);
};
