-- model:   quality.completeness
-- purpose: rows without a value
-- grain:   one row per offending row
-- reads:   extract.transactions, extract.customers
-- params:  none
-- columns: row_id BIGINT  row of {{source}}
-- note:    {{source}} is transactions or customers, {{column}} the column of the check
SELECT row_id
FROM extract.{{source}}
WHERE {{column}} IS NULL
ORDER BY row_id
