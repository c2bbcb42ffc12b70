import { readFileSync } from 'node:fs';
import { extract } from '../../src/activities/extract';
import { quality } from '../../src/activities/quality';
import type { ArtifactRef } from '../../src/contracts/artifacts';
import type { QualityReport } from '../../src/contracts/reports';
import { describeWithShared, shared } from '../support/shared';
import { configWith, createStages } from './extract-support';

/** Reference counts: another engine version over the same file, see the set's "definition" and "versions". */
interface Reference {
  readonly rows: number;
  readonly min_invoice_date: string;
  readonly max_invoice_date: string;
  readonly distinct: Record<string, number>;
  readonly nulls: Record<string, number>;
  readonly missing_customer_share: number;
  readonly quantity: Record<string, number>;
  readonly unit_price: Record<string, number>;
  readonly rows_by_month: [string, number][];
  readonly rows_by_country_top10: [string, number][];
  readonly [fact: string]: unknown;
}

interface Column {
  readonly name: string;
  readonly nulls: number;
  readonly distinct: number;
  readonly min?: string;
  readonly max?: string;
  readonly sum?: string | number;
  readonly median?: string | number;
  readonly rowsByMonth?: [string, number][];
}

const columns = {
  customer_id: { from: 'CustomerID', type: 'text' },
  order_id: { from: 'InvoiceNo', type: 'text' },
  product_code: { from: 'StockCode', type: 'text' },
  quantity: { from: 'Quantity', type: 'integer' },
  unit_price: { from: 'UnitPrice', type: 'decimal' },
  ordered_at: { from: 'InvoiceDate', type: 'timestamp' },
  product_name: { from: 'Description', type: 'text' },
  country: { from: 'Country', type: 'text' },
};
const NAMES: Readonly<Record<string, string>> = {
  InvoiceNo: 'order_id',
  StockCode: 'product_code',
  Description: 'product_name',
  Quantity: 'quantity',
  InvoiceDate: 'ordered_at',
  UnitPrice: 'unit_price',
  CustomerID: 'pid',
  Country: 'country',
};

const stages = createStages();
afterAll(() => stages.env.dispose());

describeWithShared('quality of Online Retail', () => {
  let reference: Reference;
  let report: QualityReport;
  let transactions: ArtifactRef;
  let byName: Map<string, Column>;
  let facts: Record<string, unknown>;

  beforeAll(async () => {
    reference = (
      JSON.parse(readFileSync(shared('reference/online_retail_quality.json'), 'utf8')) as { facts: Reference }
    ).facts;
    const config = configWith(
      { path: 'online_retail.parquet', format: 'parquet', columns },
      {
        timeZone: 'Europe/London',
        currency: 'GBP',
        cleaning: { cancellations: { orderPattern: '^C' }, badDebt: { orderPattern: '^A' } },
      },
    );
    const { outputs: inputs } = await stages.run(extract, config, { dir: shared('data/online_retail') });
    const { outputs } = await stages.run(quality, config, { inputs });
    report = await stages.env.artifacts.readJson<QualityReport>(outputs['quality.report']!);
    transactions = outputs['quality.transactions']!;
    const profile = report.profile['transactions'] as { columns: Column[] };
    byName = new Map(profile.columns.map((column) => [column.name, column]));
    facts = report.profile['facts'] as Record<string, unknown>;
  });
  const number = (value: unknown): number => Number(value);
  const column = (name: string): Column => byName.get(name)!;

  it('has the rows, nulls, distinct values and exact duplicates of the reference', () => {
    expect(report.profile['transactions']).toMatchObject({
      rows: reference.rows,
      exactDuplicates: reference['exact_duplicate_rows_beyond_first'],
    });
    for (const [name, nulls] of Object.entries(reference.nulls))
      expect([name, column(NAMES[name]!).nulls]).toEqual([name, nulls]);
    for (const [name, distinct] of Object.entries(reference.distinct))
      expect([name, column(NAMES[name]!).distinct]).toEqual([name, distinct]);
    expect(column('pid').nulls / reference.rows).toBeCloseTo(reference.missing_customer_share, 12);
    expect(column('ordered_at')).toMatchObject({
      min: reference.min_invoice_date,
      max: reference.max_invoice_date,
      rowsByMonth: reference.rows_by_month,
    });
  });

  it.each(['quantity', 'unit_price'])('has the size of %s', (name) => {
    const expected = reference[name] as Record<string, number>;
    const { min, max, sum, median } = column(name);
    expect({ min: number(min), max: number(max), sum: number(sum), median: number(median) }).toEqual({
      min: expected['min'],
      max: expected['max'],
      sum: expected['sum'],
      median: expected['median'],
    });
    expect(number(sum) / reference.rows).toBeCloseTo(expected['mean']!, 10);
  });

  it.each([
    ['negative_quantity_rows', 'negative_quantity_rows'],
    ['zero_quantity_rows', 'zero_quantity_rows'],
    ['negative_quantity_not_cancelled', 'negative_quantity_not_cancelled'],
    ['zero_price_rows', 'zero_price_rows'],
    ['negative_price_rows', 'negative_price_rows'],
    ['cancellation_rows', 'cancelled_rows_InvoiceNo_C'],
    ['cancelled_orders', 'cancelled_invoices'],
    ['bad_debt_rows', 'adjust_bad_debt_rows_InvoiceNo_A'],
    ['rows_with_customer', 'rows_with_customer'],
    ['rows_with_customer_not_cancelled', 'rows_with_customer_not_cancelled'],
    ['customers', 'customers_with_id'],
    ['customers_not_cancelled', 'customers_with_a_non_cancelled_row'],
    ['revenue', 'revenue_all_rows'],
    ['revenue_not_cancelled', 'revenue_not_cancelled'],
    ['revenue_with_customer', 'revenue_with_customer_all_rows'],
    ['revenue_with_customer_not_cancelled', 'revenue_with_customer_not_cancelled'],
  ])('has the fact %s', (ours, theirs) => expect(number(facts[ours])).toBe(reference[theirs]));

  it('adds up prices at or below zero', () =>
    expect(number(facts['zero_price_rows']) + number(facts['negative_price_rows'])).toBe(
      reference['non_positive_price_rows'],
    ));

  it('keeps what else the reference counts in the extracted rows', async () => {
    const [row] = await stages.rows(
      transactions,
      `
      SELECT
        count(*) FILTER (WHERE product_name <> trim(product_name))                                   AS outer_spaces,
        count(*) FILTER (WHERE NOT regexp_matches(product_code, '^[0-9]'))                           AS no_digit_first,
        count(*) FILTER (WHERE pid IS NOT NULL AND NOT starts_with(order_id, 'C') AND unit_price > 0) AS priced,
        (SELECT count(*) FROM (SELECT pid FROM t.t WHERE pid IS NOT NULL GROUP BY pid HAVING count(DISTINCT country) > 1)) AS many_countries,
        (SELECT count(*) FROM (SELECT pid FROM t.t WHERE pid IS NOT NULL AND NOT starts_with(order_id, 'C') GROUP BY pid HAVING sum(quantity * unit_price) > 0)) AS spenders
      FROM t.t`,
    );
    expect(row).toEqual({
      outer_spaces: reference['descriptions_with_outer_spaces'],
      no_digit_first: reference['stockcodes_not_starting_with_digit_rows'],
      priced: reference['rows_with_customer_not_cancelled_price_gt0'],
      many_countries: reference['customers_with_more_than_one_country'],
      spenders: reference['customers_with_positive_spend'],
    });
    const top = await stages.rows(
      transactions,
      'SELECT country, count(*) AS n FROM t.t GROUP BY country ORDER BY n DESC, country LIMIT 10',
    );
    expect(top.map(({ country, n }) => [country, n])).toEqual(reference.rows_by_country_top10);
  });
});

describeWithShared('December 2010 as CSV', () => {
  it('gives the same bytes as that month out of the Parquet file', async () => {
    const dir = shared('data/online_retail');
    const config = { timeZone: 'Europe/London' };
    const whole = await stages.run(
      extract,
      configWith({ path: 'online_retail.parquet', format: 'parquet', columns }, config),
      { dir, asOf: '2010-12-31' },
    );
    const month = await stages.run(
      extract,
      configWith({ path: 'online_retail_2010-12.csv.gz', format: 'csv', columns }, config),
      { dir, asOf: '2010-12-31' },
    );
    expect(month.rowsIn).toBe(42_481);
    expect(month.outputs['extract.transactions']).toEqual(whole.outputs['extract.transactions']);
    expect((month.facts['transactions'] as { profileHash: string }).profileHash).toBe(
      (whole.facts['transactions'] as { profileHash: string }).profileHash,
    );
  });
});
