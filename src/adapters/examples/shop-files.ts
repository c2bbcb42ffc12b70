/** What the generator exports, relative to the data folder. SELECTs end in an order that fixes every byte. */
export interface ShopExport {
  readonly file: string;
  readonly select: string;
  readonly options: string;
}

const PARQUET = 'FORMAT parquet, COMPRESSION zstd';

export const CUSTOMERS_FILE = 'customers.csv';
export const TRUTH_FILE = 'truth/behaviours.parquet';

/** One file per quarter, as a warehouse would partition it. */
export const transactionsFile = (quarter: string): string => `transactions/${quarter}.parquet`;

/** The quarters that have rows, e.g. `2024-q3`, in order. */
export const QUARTERS = `SELECT DISTINCT year(ordered_at) || '-q' || quarter(ordered_at) AS quarter FROM transactions ORDER BY quarter`;

export const shopExports = (quarters: readonly string[]): ShopExport[] => [
  ...quarters.map((quarter) => ({
    file: transactionsFile(quarter),
    select: `SELECT * FROM transactions WHERE year(ordered_at) || '-q' || quarter(ordered_at) = '${quarter}' ORDER BY ALL`,
    options: PARQUET,
  })),
  { file: CUSTOMERS_FILE, select: 'SELECT * FROM people ORDER BY ALL', options: "FORMAT csv, HEADER, DELIMITER ','" },
  { file: TRUTH_FILE, select: 'SELECT * FROM truth ORDER BY customer_no', options: PARQUET },
];
