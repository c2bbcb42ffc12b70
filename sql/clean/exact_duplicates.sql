-- model:   clean.exact_duplicates
-- purpose: lines that repeat another in every column but row_id (nulls count as equal); the smallest row_id is not listed
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  none
-- columns: row_id BIGINT  the line
-- note:    copies are alike in every column, so each earlier policy removes all of them or none:
--          the answer is the same on all lines as on those the earlier policies left
WITH kept AS (
  SELECT * EXCLUDE (row_id), min(row_id) AS row_id
  FROM quality.transactions
  GROUP BY ALL
)
SELECT t.row_id
FROM quality.transactions AS t
ANTI JOIN kept AS k ON k.row_id = t.row_id
ORDER BY t.row_id
