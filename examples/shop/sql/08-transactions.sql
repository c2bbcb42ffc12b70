-- table:   transactions
-- purpose: the export: the lines with everything that goes wrong on the way to a warehouse
-- grain:   none (exact duplicates are part of the dirt)
-- reads:   lines, customers, variables seed, as_of
-- columns: order_no VARCHAR · line_no INTEGER · customer_no VARCHAR, null for guests · product_code, product_name · quantity INTEGER
--          unit_price DECIMAL(10, 2), EUR · ordered_at TIMESTAMP, local time · loaded_at TIMESTAMP · ship_country
CREATE TABLE transactions AS
WITH sales AS (
  SELECT order_number::VARCHAR AS order_no, line AS line_no, n, guest, product_code, product_name,
    -- slips of the keyboard: a case instead of a piece, a lost decimal point
    CASE WHEN draw(h, 1) < 0.0002 THEN quantity * 1000 ELSE quantity END AS quantity,
    CASE WHEN draw(h, 2) < 0.0002 THEN unit_price * 100 ELSE unit_price END AS unit_price,
    ordered_at, country, h
  FROM lines
), retired AS (
  -- products sold under a code that left the catalogue since
  SELECT * REPLACE (CASE WHEN draw(h, 3) < 0.006 THEN 'OLD-' || substr(product_code, 5) ELSE product_code END AS product_code) FROM sales
), returns AS (
  SELECT 'R-' || order_number AS order_no, line AS line_no, n, guest, product_code, product_name, -quantity AS quantity, unit_price,
    ordered_at + to_days(3 + floor(22 * draw(h, 4))::INTEGER) AS ordered_at, country, digest('return', order_number || '/' || line) AS h
  FROM lines WHERE returned AND ordered_at + to_days(3 + floor(22 * draw(h, 4))::INTEGER) < getvariable('as_of') + 6
), heads AS (
  SELECT order_number, n, guest, ordered_at, country, digest('head', order_number) AS h FROM lines WHERE line = 1
), extras AS (
  SELECT order_number::VARCHAR AS order_no, 901 AS line_no, n, guest, 'POST' AS product_code, 'Postage' AS product_name, 1 AS quantity,
    4.95 AS unit_price, ordered_at, country, h FROM heads WHERE draw(h, 0) < 0.25
  UNION ALL
  SELECT order_number::VARCHAR, 902, n, guest, 'FEE-GIFT', 'Gift wrapping', 1, 3.50, ordered_at, country, h FROM heads WHERE draw(h, 1) < 0.01
  UNION ALL
  SELECT order_number::VARCHAR, 903, n, guest, 'FUD-1000', 'Sample, not for sale', 1, 0.00, ordered_at, country, h FROM heads WHERE draw(h, 2) < 0.02
), all_rows AS (
  SELECT * FROM retired UNION ALL SELECT * FROM returns UNION ALL SELECT * FROM extras
), twice AS (
  SELECT *, digest('row', order_no || '/' || line_no) AS g FROM all_rows
)
SELECT t.order_no, t.line_no, CASE WHEN t.guest THEN NULL ELSE c.customer_number END AS customer_no, t.product_code, t.product_name,
  t.quantity::INTEGER AS quantity, t.unit_price::DECIMAL(10, 2) AS unit_price, t.ordered_at,
  -- loaded in the night that follows; one row in seventy is days late
  date_trunc('day', t.ordered_at) + INTERVAL 27 HOUR + to_seconds((3600 * draw(g, 0))::BIGINT)
    + CASE WHEN draw(g, 1) < 0.015 THEN to_days(2 + floor(18 * draw(g, 2))::INTEGER) ELSE to_days(0) END AS loaded_at,
  t.country AS ship_country
FROM twice AS t JOIN customers AS c USING (n), range(2) AS copies (copy)
-- a load that was run twice: one row in two hundred
WHERE copy = 0 OR draw(g, 3) < 0.005
ORDER BY t.ordered_at, t.order_no, t.line_no;
