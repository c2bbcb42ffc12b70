-- model:   clean.counts
-- purpose: rows before the cleaning and customers after it
-- grain:   one row
-- reads:   quality.transactions, quality.customers, clean.lines
-- params:  none
-- columns: transactions BIGINT  lines in
--          rows         BIGINT  rows of the source customers in
--          customers    BIGINT  distinct customers with a line left
SELECT
  (SELECT count(*) FROM quality.transactions)      AS transactions,
  (SELECT count(*) FROM quality.customers)         AS rows,
  (SELECT count(DISTINCT pid) FROM clean.lines)    AS customers
ORDER BY transactions
