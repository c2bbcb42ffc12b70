-- model:   quality.range
-- purpose: numbers outside of their limits
-- grain:   one row per offending row
-- reads:   extract.transactions, extract.customers
-- params:  $min DECIMAL(38, 8), $max DECIMAL(38, 8)
-- columns: row_id BIGINT  row of {{source}}
-- note:    {{column}} is a number; both limits are allowed values, a null limit is none; rows without a value are not tested.
--          Dates have quality.range_dates
SELECT row_id
FROM extract.{{source}}
WHERE {{column}} < $min::DECIMAL(38, 8) OR {{column}} > $max::DECIMAL(38, 8)
ORDER BY row_id
