-- model:   clean.cancellations
-- purpose: lines of orders that cancel earlier ones
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  $pattern VARCHAR
-- columns: row_id BIGINT  the line
-- note:    $pattern is a regular expression (RE2) on the order id; null matches nothing
SELECT row_id
FROM quality.transactions
WHERE regexp_matches(order_id, $pattern::VARCHAR)
ORDER BY row_id
