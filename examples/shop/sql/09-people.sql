-- table:   people
-- purpose: the customer export of the CRM, with its dirt: all text, as CSV is
-- grain:   none (some customers were entered twice)
-- reads:   customers, places, variable seed
-- columns: customer_no, birth_year, income, region, city, country, newsletter, signed_up (YYYY-MM-DD), updated_at
CREATE TABLE people AS
WITH drawn AS (
  SELECT *, digest('crm', n) AS h, digest('crm dirt', n) AS g FROM customers
), copies AS (
  SELECT d.*, copy FROM drawn AS d, range(2) AS t (copy) WHERE copy = 0 OR draw(h, 0) < 0.004
)
SELECT customer_number AS customer_no,
  -- impossible: born in 1776 or next year; unreadable: a word
  CASE WHEN draw(g, 0) < 0.003 THEN (year(getvariable('as_of')) - CASE WHEN draw(g, 1) < 0.5 THEN 250 ELSE -1 END)::VARCHAR
       WHEN draw(g, 0) < 0.0045 THEN 'unknown'
       WHEN draw(g, 0) < 0.06 THEN '' ELSE birth_year::VARCHAR END AS birth_year,
  CASE WHEN draw(h, 1) < 0.18 THEN '' ELSE income::VARCHAR END AS income,
  CASE WHEN draw(h, 2) < 0.02 THEN '' ELSE region END AS region,
  city,
  -- the city says one country, the address form another
  CASE WHEN draw(g, 2) < 0.006 THEN CASE country WHEN 'France' THEN 'Germany' ELSE 'France' END ELSE country END AS country,
  CASE WHEN draw(h, 3) < 0.55 THEN 'true' ELSE 'false' END AS newsletter,
  CASE WHEN draw(g, 3) < 0.001 THEN '0000-00-00' ELSE signed_up::VARCHAR END AS signed_up,
  (least(signed_up + (draw(h, 4) * 200)::INTEGER, getvariable('as_of')) - CASE copy WHEN 0 THEN 0 ELSE 30 END)::VARCHAR AS updated_at
FROM copies
ORDER BY customer_no, copy;
