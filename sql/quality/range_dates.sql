-- model:   quality.range_dates
-- purpose: dates outside of their limits
-- grain:   one row per offending row
-- reads:   extract.transactions, extract.customers
-- params:  $min DATE, $max DATE
-- columns: row_id BIGINT  row of {{source}}
-- note:    {{column}} is a date or timestamp; both limits are allowed days, to their end; a null limit is none; rows without a value
--          are not tested
SELECT row_id
FROM extract.{{source}}
WHERE {{column}} < $min::DATE OR {{column}} >= $max::DATE + 1
ORDER BY row_id
