import { parseLocated } from '../../src/config/parse';

const TEXT = `version: 1
project: shop
objective:
  touchpoint: newsletter
  kpis: [revenue]
  granularity: { min: 3, max: 8 }
sources:
  transactions:
    path: data/*.parquet
    format: parquet
    columns:
      customer_id: { from: customer, type: text }
      order_id: { from: order, type: text }
      product_code: { from: sku, type: text }
      quantity: { from: qty, type: integer }
      unit_price: { from: price, type: decimal }
      ordered_at: { from: at, type: timestamp }
quality:
  checks:
    - id: known
      check: completeness
      source: transactions
      column: customer_id
features:
  model:
    - recency_days
    - frequency
privacy:
  purpose: test
  projectKey: { env: KEY }
`;
const { locate, has } = parseLocated(TEXT, 'dramatis.yaml');

it.each([
  ['a value', ['project'], { line: 2, column: 10 }],
  ['an item of a flow list', ['objective', 'kpis', 0], { line: 5, column: 10 }],
  ['an item of a block list', ['features', 'model', 1], { line: 27, column: 7 }],
  ['a key of a section in a list', ['quality', 'checks', 0, 'column'], { line: 23, column: 15 }],
  ['a section, at its key', ['objective', 'granularity'], { line: 6, column: 3 }],
  ['a missing key of a section in a list, where that section starts', ['quality', 'checks', 0, 'min'], { line: 20, column: 7 }],
  ['a missing key, at the section it belongs to', ['features', 'night', 'from'], { line: 24, column: 1 }],
  ['a missing section, at the top', ['modeling', 'clusters'], { line: 1, column: 1 }],
])('%s', (_, path, expected) => {
  expect(locate(path)).toEqual(expected);
});

it('tells what the file gives from what is a default', () => {
  expect(has(['features', 'model'])).toBe(true);
  expect(has(['modeling'])).toBe(false);
});
