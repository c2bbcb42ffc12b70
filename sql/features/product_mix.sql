-- model:   features.product_mix
-- purpose: what the customer buys, by product category
-- grain:   one row per pid with at least one sale line up to $as_of
-- reads:   clean.lines
-- params:  $as_of DATE
-- columns: pid   VARCHAR  pseudonym of the customer
--          parts MAP(VARCHAR, DOUBLE)  category -> share of the value sold, 0-1, together 1; absent: never bought
-- note:    a line below zero counts as 0, as in features.seasonality; where nothing of value was sold, the shares are those of the
--          sale lines. $as_of is the last day that is seen
WITH sold AS (
  SELECT pid, category, sum(greatest(amount, 0)) AS value, count(*) AS lines
  FROM clean.lines
  WHERE kind = 'sale' AND category IS NOT NULL AND ordered_at < $as_of::DATE + 1
  GROUP BY pid, category
), shares AS (
  SELECT
    pid, category,
    CASE
      WHEN sum(value) OVER customer > 0 THEN value / sum(value) OVER customer
      ELSE lines / sum(lines) OVER customer
    END AS share
  FROM sold
  WINDOW customer AS (PARTITION BY pid)
)
SELECT pid, map(list(category ORDER BY category), list(share ORDER BY category)) AS parts
FROM shares
GROUP BY pid
ORDER BY pid
