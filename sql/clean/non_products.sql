-- model:   clean.non_products
-- purpose: lines that sell no product: postage, fees, manual corrections, retired codes
-- grain:   one row per matching line
-- reads:   quality.transactions
-- params:  $pattern VARCHAR
-- columns: row_id BIGINT  the line
-- note:    $pattern is a regular expression (RE2) on the product code; null matches nothing
SELECT row_id
FROM quality.transactions
WHERE regexp_matches(product_code, $pattern::VARCHAR)
ORDER BY row_id
