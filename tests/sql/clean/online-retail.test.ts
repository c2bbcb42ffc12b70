import { readFileSync } from 'node:fs';
import { clean } from '../../../src/activities/clean';
import type { ArtifactRef } from '../../../src/contracts/artifacts';
import type { CleanReport } from '../../../src/contracts/reports';
import { describeWithShared, shared } from '../../support/shared';
import { configOf, createBench, models, onlineRetailSelect } from '../../activities/clean-support';

const DATA = 'data/online_retail/online_retail.parquet';

describeWithShared('clean on Online Retail', () => {
  const bench = createBench();
  let transactions: ArtifactRef;
  let facts: Record<string, number>;

  beforeAll(async () => {
    facts = (JSON.parse(readFileSync(shared('reference/online_retail_quality.json'), 'utf8')) as { facts: Record<string, number> }).facts;
    transactions = await bench.artifact('quality.transactions', onlineRetailSelect(shared(DATA)), [shared(DATA)]);
  });
  afterAll(() => bench.dispose());

  /** Rows a rule's own list has over the whole file. */
  const matched = (model: string, params: Record<string, string | null> = {}) =>
    bench.inSession(async (session) => {
      await session.view('quality.transactions', transactions);
      return session.table(model.replace('/', '.'), models.get(model).text, params);
    });

  it.each([
    ['clean/missing_customers', {}, 'nulls.CustomerID'],
    ['clean/bad_debt', { pattern: '^A' }, 'adjust_bad_debt_rows_InvoiceNo_A'],
    ['clean/exact_duplicates', {}, 'exact_duplicate_rows_beyond_first'],
    ['clean/cancellations', { pattern: '^C' }, 'cancelled_rows_InvoiceNo_C'],
    ['clean/zero_prices', {}, 'zero_price_rows'],
    ['clean/negative_prices', {}, 'negative_price_rows'],
    ['clean/negative_quantities', { cancellations: '^C' }, 'negative_quantity_not_cancelled'],
    ['clean/negative_quantities', { cancellations: null }, 'negative_quantity_rows'],
  ])('%s lists as many rows as the reference counts (%j: %s)', async (model, params, fact) => {
    const expected = fact.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], facts);
    expect(await matched(model, params)).toBe(expected);
  });

  it('starts from the whole value and ends at the value with a customer and no cancellation', async () => {
    const cleaning = { cancellations: { orderPattern: '^C', policy: 'drop' }, exactDuplicates: 'keep', zeroPrices: 'keep', negativePrices: 'keep', negativeQuantities: 'keep' };
    const { outputs, rowsIn, rowsOut } = await bench.stage(clean, configOf({ cleaning }), { 'quality.transactions': transactions });
    const { steps } = await bench.artifacts.readJson<CleanReport>(outputs['clean.report']);
    expect([rowsIn, rowsOut]).toEqual([facts.rows, facts.rows_with_customer_not_cancelled]);
    expect(Number(steps[0].valueBefore)).toBe(facts.revenue_all_rows);
    expect(Number(steps[0].valueAfter)).toBe(facts.revenue_with_customer_all_rows);
    expect(Number(steps.at(-1)?.valueAfter)).toBe(facts.revenue_with_customer_not_cancelled);
  });

  it('writes the same bytes on one thread and on two', async () => {
    const cleaning = { cancellations: { orderPattern: '^C' }, badDebt: { orderPattern: '^A' }, nonProducts: { codePattern: '^(POST|DOT|M|D)$' } };
    const productMix = { column: 'product_name', categories: [{ name: 'bags', label: 'Bags', pattern: '\\bbag' }, { name: 'tea', label: 'Tea', pattern: '\\btea\\b' }] };
    const hashes = async (threads: number): Promise<string[]> => {
      const other = createBench(threads);
      const input = await other.artifact('quality.transactions', onlineRetailSelect(shared(DATA)), [shared(DATA)]);
      const { outputs } = await other.stage(clean, configOf({ cleaning, features: { productMix } }), { 'quality.transactions': input });
      await other.dispose();
      return Object.entries(outputs).map(([name, { sha256 }]) => `${name} ${sha256}`);
    };
    expect(await hashes(1)).toEqual(await hashes(2));
  });
});
