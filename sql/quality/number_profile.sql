-- model:   quality.number_profile
-- purpose: size of the numbers in one column
-- grain:   one row
-- reads:   extract.transactions, extract.customers
-- params:  none
-- columns: low    DECIMAL least value
--          high   DECIMAL greatest value
--          total  DECIMAL exact sum
--          median DECIMAL quantile of type 7
-- note:    {{column}} is a BIGINT or DECIMAL column of {{source}}; all null where it has no value
SELECT
  min({{column}})                              AS low,
  max({{column}})                              AS high,
  sum({{column}})                              AS total,
  quantile_cont({{column}}::DECIMAL(38, 8), 0.5) AS median
FROM extract.{{source}}
