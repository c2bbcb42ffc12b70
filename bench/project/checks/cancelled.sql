-- model:   quality.cancelled
-- purpose: lines of cancelled orders: they leave the data
-- grain:   one row per line
-- reads:   extract.transactions
-- params:  none
-- columns: row_id BIGINT  the line
SELECT row_id
FROM extract.transactions
WHERE status = 'cancelled'
ORDER BY row_id
