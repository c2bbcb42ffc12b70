-- model:   clean.missing_customers
-- purpose: lines without a customer; they go first, so that none of them leaves as a duplicate of another
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  none
-- columns: row_id BIGINT  the line
SELECT row_id
FROM quality.transactions
WHERE pid IS NULL
ORDER BY row_id
