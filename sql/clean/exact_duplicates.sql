-- model:   clean.exact_duplicates
-- purpose: lines that repeat another in every column but row_id (nulls count as equal); the smallest row_id is not listed
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  none
-- columns: row_id BIGINT  the line
-- note:    copies are alike in every column, so each earlier policy removes all of them or none:
--          the answer is the same on all lines as on those the earlier policies left. Few lines share moment, price and quantity
--          with another: only those are compared in all columns
WITH suspects AS (
  SELECT ordered_at, unit_price, quantity
  FROM quality.transactions
  GROUP BY ordered_at, unit_price, quantity
  HAVING count(*) > 1
), likely AS (
  SELECT t.*
  FROM quality.transactions AS t
  SEMI JOIN suspects AS s
    ON s.ordered_at IS NOT DISTINCT FROM t.ordered_at
    AND s.unit_price IS NOT DISTINCT FROM t.unit_price
    AND s.quantity IS NOT DISTINCT FROM t.quantity
), kept AS (
  SELECT * EXCLUDE (row_id), min(row_id) AS row_id
  FROM likely
  GROUP BY ALL
)
SELECT t.row_id
FROM likely AS t
ANTI JOIN kept AS k ON k.row_id = t.row_id
ORDER BY t.row_id
