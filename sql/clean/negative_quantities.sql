-- model:   clean.negative_quantities
-- purpose: lines with a quantity below zero in orders that are no cancellations: stock corrections, unmarked returns
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  $cancellations VARCHAR
-- columns: row_id BIGINT  the line
-- note:    $cancellations is the regular expression (RE2) on the order id of cancellations; null: there are none
SELECT row_id
FROM quality.transactions
WHERE quantity < 0 AND NOT coalesce(regexp_matches(order_id, $cancellations::VARCHAR), false)
ORDER BY row_id
