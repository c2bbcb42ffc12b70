import { extract } from '../../src/activities/extract';
import type { ExtractReport } from '../../src/contracts/reports';
import { describeWithShared, shared } from '../support/shared';
import { configWith, createStages } from './extract-support';

const stages = createStages();
afterAll(() => stages.env.dispose());

const columns = {
  customer_id: { from: 'CustomerID', type: 'text' },
  order_id: { from: 'InvoiceNo', type: 'text', required: true },
  product_code: { from: 'StockCode', type: 'text' },
  quantity: { from: 'Quantity', type: 'integer' },
  unit_price: { from: 'UnitPrice', type: 'decimal' },
  ordered_at: { from: 'InvoiceDate', type: 'timestamp' },
  product_name: { from: 'Description', type: 'text' },
  country: { from: 'Country', type: 'text' },
};

describeWithShared('extract of Online Retail', () => {
  it('reads the published 541,909 rows and leaves out those after the as-of day', async () => {
    const config = configWith(
      { path: 'online_retail.parquet', format: 'parquet', columns },
      { timeZone: 'Europe/London', currency: 'GBP' },
    );
    const whole = await stages.run(extract, config, { dir: shared('data/online_retail') });
    expect(whole.outputs['extract.transactions']?.rows).toBe(541_909);
    const part = await stages.run(extract, config, { dir: shared('data/online_retail'), asOf: '2010-12-31' });
    const report = await stages.env.artifacts.readJson<ExtractReport>(part.outputs['extract.report']!);
    expect(report.sources[0]?.rejected).toEqual([{ reason: 'after as-of', rows: 541_909 - 42_481 }]);
    expect(part.outputs['extract.transactions']?.rows).toBe(42_481);
  });
});
