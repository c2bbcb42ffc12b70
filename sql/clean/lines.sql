-- model:   clean.lines
-- purpose: the order lines that stay, each a sale or a return, with its amount and product category
-- grain:   one row per line
-- reads:   quality.transactions, clean.decisions, clean.categories
-- params:  $source VARCHAR
-- columns: row_id       BIGINT     the line, as exported
--          pid          VARCHAR    pseudonym of the customer
--          order_id     VARCHAR    the order
--          product_code VARCHAR    the product
--          quantity     BIGINT     units; never positive on returns
--          unit_price   DECIMAL    price of a unit
--          amount       DECIMAL    quantity x unit_price, exact
--          ordered_at   TIMESTAMP  local time
--          kind         VARCHAR    sale or return
--          category     VARCHAR    product category; null: no mapping
--          country      VARCHAR    null: not declared
-- note:    every other declared column follows as it is. $source is the column the categories were matched against, see
--          clean.categories. A cancellation exported with a positive quantity (policy net) is a return written without its sign:
--          it is negated
WITH removed AS (
  SELECT row_id FROM clean.decisions WHERE position = removed_at
), returned AS (
  SELECT row_id, true AS is_return FROM clean.decisions WHERE policy = 'net' AND removed_at IS NULL
), declared AS (
  -- the names of the computed columns, so that the declared ones can be told apart whether or not they are there
  SELECT *, COLUMNS(lambda c: c = coalesce($source::VARCHAR, 'product_code'))::VARCHAR AS category_value
  FROM quality.transactions
  UNION ALL BY NAME
  SELECT NULL AS amount, NULL AS kind, NULL AS category, NULL AS country WHERE false
)
SELECT
  t.row_id, t.pid, t.order_id, t.product_code,
  CASE WHEN r.is_return THEN -abs(t.quantity) ELSE t.quantity END                AS quantity,
  t.unit_price,
  CASE WHEN r.is_return THEN -abs(t.quantity) ELSE t.quantity END * t.unit_price AS amount,
  t.ordered_at,
  CASE WHEN r.is_return THEN 'return' ELSE 'sale' END                            AS kind,
  CASE WHEN $source::VARCHAR IS NOT NULL THEN coalesce(c.category, 'other') END  AS category,
  t.country::VARCHAR                                                             AS country,
  t.* EXCLUDE (row_id, pid, order_id, product_code, quantity, unit_price, amount, ordered_at, kind, category, country, category_value)
FROM declared AS t
ANTI JOIN removed AS x ON x.row_id = t.row_id
LEFT JOIN returned AS r ON r.row_id = t.row_id
LEFT JOIN clean.categories AS c ON c.value = t.category_value
ORDER BY t.row_id
