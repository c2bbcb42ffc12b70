-- model:   quality.exact_duplicates
-- purpose: rows that repeat an earlier row in every column
-- grain:   one row
-- reads:   extract.transactions, extract.customers
-- params:  none
-- columns: rows BIGINT  repetitions: the first row of each group does not count
-- note:    {{columns}} are all columns of {{source}} but row_id
SELECT coalesce(sum(n - 1), 0)::BIGINT AS rows
FROM (SELECT count(*) AS n FROM extract.{{source}} GROUP BY {{columns}})
