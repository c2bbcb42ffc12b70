-- model:   features.orders
-- purpose: what an order of the customer looks like, and how much comes back
-- grain:   one row per pid with at least one sale order up to $as_of
-- reads:   clean.orders, clean.lines
-- params:  $as_of DATE
-- columns: pid                 VARCHAR  pseudonym of the customer
--          average_order_value DOUBLE   value sold per order, before returns
--          basket_units        DOUBLE   units sold per order
--          basket_lines        DOUBLE   sale lines per order
--          distinct_products   INTEGER  distinct product codes bought
--          return_rate         DOUBLE   value returned / value sold, 0-1; 0 without returns
-- note:    $as_of is the last day that is seen. Each quotient is one division of two exact sums. Goods bought before the data begin
--          can come back, so the return rate is 1 at most; it is also 1 where nothing of value was sold but something returned
WITH bought AS (
  SELECT pid, count(*) AS orders, sum(amount) AS sold, sum(units) AS units, sum(lines) AS lines
  FROM clean.orders
  WHERE ordered_on <= $as_of::DATE
  GROUP BY pid
), handled AS (
  SELECT
    pid,
    count(DISTINCT product_code) FILTER (WHERE kind = 'sale')  AS products,
    coalesce(-sum(amount) FILTER (WHERE kind = 'return'), 0)   AS returned
  FROM clean.lines
  WHERE ordered_at < $as_of::DATE + 1
  GROUP BY pid
)
SELECT
  b.pid,
  b.sold / b.orders         AS average_order_value,
  b.units / b.orders        AS basket_units,
  b.lines / b.orders        AS basket_lines,
  h.products::INTEGER       AS distinct_products,
  CASE
    WHEN h.returned <= 0 THEN 0.0::DOUBLE
    WHEN h.returned >= b.sold THEN 1.0::DOUBLE
    ELSE h.returned / b.sold
  END                       AS return_rate
FROM bought AS b
JOIN handled AS h ON h.pid = b.pid
ORDER BY b.pid
