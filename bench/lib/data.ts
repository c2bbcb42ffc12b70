import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { runChild } from './child';
import { PYTHON } from './environment';

export interface Size {
  readonly name: string;
  readonly rows: number;
  readonly customers: number;
}

export const SIZES: Readonly<Record<string, Size>> = Object.fromEntries(
  [
    { name: '20k', rows: 20_000, customers: 1_000 },
    { name: '100k', rows: 100_000, customers: 5_000 },
    { name: '1m', rows: 1_000_000, customers: 50_000 },
    { name: '10m', rows: 10_000_000, customers: 500_000 },
    { name: '50m', rows: 50_000_000, customers: 2_500_000 },
    // The same million lines of few and of many customers.
    { name: '1m-5k', rows: 1_000_000, customers: 5_000 },
    { name: '1m-200k', rows: 1_000_000, customers: 200_000 },
  ].map((size) => [size.name, size]),
);

export const folderOf = ({ name }: Size): string => resolve('bench/data', name);
export const fileOf = (size: Size): string => resolve(folderOf(size), 'transactions.parquet');
/** The peers' standardised matrix, see peers/pipeline.py. */
export const matrixOf = (size: Size): string => resolve(folderOf(size), 'prepared.f64');

export async function ensureData(size: Size, say: (line: string) => void): Promise<void> {
  if (existsSync(fileOf(size))) return;
  say(`making ${size.rows.toLocaleString('en-US')} order lines of ${size.customers.toLocaleString('en-US')} customers`);
  await runChild(PYTHON, ['bench/peers/order_lines.py', String(size.rows), String(size.customers), fileOf(size)]);
}

export async function ensureMatrix(size: Size, say: (line: string) => void): Promise<void> {
  await ensureData(size, say);
  if (!existsSync(matrixOf(size))) await runChild(PYTHON, ['bench/peers/pipeline.py', 'polars', fileOf(size), folderOf(size), '--prep-only']);
}
