-- model:   quality.date_profile
-- purpose: rows by month of one column
-- grain:   one row per month that has rows
-- reads:   extract.transactions, extract.customers
-- params:  none
-- columns: month DATE   first day of the month
--          rows  BIGINT rows in it
-- note:    {{column}} is a date or timestamp of {{source}}
SELECT date_trunc('month', {{column}})::DATE AS month, count(*) AS rows
FROM extract.{{source}}
WHERE {{column}} IS NOT NULL
GROUP BY month
ORDER BY month
