-- model:   clean.incomplete_lines
-- purpose: lines without an order, quantity, price or time: neither a sale nor a return can be made of them
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  none
-- columns: row_id BIGINT  the line
SELECT row_id
FROM quality.transactions
WHERE order_id IS NULL OR quantity IS NULL OR unit_price IS NULL OR ordered_at IS NULL
ORDER BY row_id
