-- model:   quality.exact_duplicate_lines
-- purpose: transactions that repeat an earlier one in every column
-- grain:   one row
-- reads:   extract.transactions
-- params:  none
-- columns: rows BIGINT  repetitions: the first row of each group does not count
-- note:    {{columns}} are all columns of transactions but row_id. Few lines share moment, price and quantity with another: only
--          those are compared in all columns; other sources have quality.exact_duplicates
WITH suspects AS (
  SELECT ordered_at, unit_price, quantity
  FROM extract.transactions
  GROUP BY ordered_at, unit_price, quantity
  HAVING count(*) > 1
), likely AS (
  SELECT t.*
  FROM extract.transactions AS t
  SEMI JOIN suspects AS s
    ON s.ordered_at IS NOT DISTINCT FROM t.ordered_at
    AND s.unit_price IS NOT DISTINCT FROM t.unit_price
    AND s.quantity IS NOT DISTINCT FROM t.quantity
)
SELECT coalesce(sum(n - 1), 0)::BIGINT AS rows
FROM (SELECT count(*) AS n FROM likely GROUP BY {{columns}})
