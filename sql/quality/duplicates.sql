-- model:   quality.duplicates
-- purpose: rows that repeat an earlier one in the columns of the check
-- grain:   one row per repetition; the first row of each group is none
-- reads:   extract.transactions, extract.customers
-- params:  none
-- columns: row_id BIGINT  row of {{source}}
-- note:    {{columns}} are those of the check; a null equals a null
SELECT row_id
FROM extract.{{source}}
QUALIFY row_number() OVER (PARTITION BY {{columns}} ORDER BY row_id) > 1
ORDER BY row_id
