-- model:   clean.zero_prices
-- purpose: lines at a price of zero: gifts, samples, stock corrections
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  none
-- columns: row_id BIGINT  the line
SELECT row_id
FROM quality.transactions
WHERE unit_price = 0
ORDER BY row_id
