-- model:   quality.consistency
-- purpose: rows whose value in one column contradicts the value in another
-- grain:   one row per offending row
-- reads:   extract.transactions, extract.customers, quality.valid
-- params:  none
-- columns: row_id BIGINT  row of {{source}}
-- note:    quality.{{valid}} has value and decided: where {{column}} is `value`, {{decides}} must be `decided`. Values not listed there,
--          and rows without a value in either column, are not tested
SELECT tested.row_id
FROM extract.{{source}} AS tested
JOIN quality.{{valid}} AS valid ON valid.value = tested.{{column}}::VARCHAR
WHERE tested.{{decides}}::VARCHAR <> valid.decided
ORDER BY tested.row_id
