-- model:   quality.kept
-- purpose: a source without its quarantined rows
-- grain:   one row per row that stays; row_id is that of extract
-- reads:   extract.transactions, extract.customers, quality.offending
-- params:  $source VARCHAR
-- columns: row_id BIGINT  as in extract, with all other columns of {{source}}
SELECT *
FROM extract.{{source}} AS kept
WHERE NOT EXISTS (
  SELECT 1 FROM quality.offending AS o WHERE o.removed AND o.source = $source::VARCHAR AND o.row_id = kept.row_id
)
ORDER BY row_id
