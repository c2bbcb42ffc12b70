-- model:   quality.reference
-- purpose: values that the other source does not know
-- grain:   one row per offending row
-- reads:   extract.transactions, extract.customers
-- params:  none
-- columns: row_id BIGINT  row of {{source}}
-- note:    {{column}} refers to {{in_column}} of {{in}}; rows without a value are not tested
SELECT row_id
FROM extract.{{source}} AS tested
WHERE tested.{{column}} IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM extract.{{in}} AS known WHERE known.{{in_column}} = tested.{{column}})
ORDER BY row_id
