/** A small valid `dramatis.yaml`; tests change a line of it and say what happens. */
export const PROJECT_YAML = `version: 1
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
features:
  model: [recency_days, frequency, monetary]
privacy:
  purpose: test
  projectKey: { env: KEY }
`;
