-- model:   clean.removed
-- purpose: every row the cleaning removed, with the rule that did it
-- grain:   one row per source and row_id
-- reads:   quality.transactions, clean.decisions, clean.customer_removals
-- params:  none
-- columns: source   VARCHAR  transactions or customers
--          row_id   BIGINT   the row
--          rule     VARCHAR  the rule that removed it
--          pid      VARCHAR  null: the row had none
--          order_id VARCHAR  null: the row had none, or is one of customers
--          amount   DECIMAL  quantity x unit_price as exported; null: unknown, or a row of customers
SELECT 'transactions' AS source, d.row_id, d.rule, t.pid, t.order_id, d.amount
FROM clean.decisions AS d
JOIN quality.transactions AS t ON t.row_id = d.row_id
WHERE d.position = d.removed_at
UNION ALL
SELECT 'customers', row_id, rule, pid, NULL, NULL
FROM clean.customer_removals
ORDER BY source, row_id
