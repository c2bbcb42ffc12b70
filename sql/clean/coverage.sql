-- model:   clean.coverage
-- purpose: how much of the value sold each product category has
-- grain:   one row per category
-- reads:   clean.lines
-- params:  none
-- columns: category VARCHAR  name of the category
--          lines    BIGINT   sale lines
--          share    DOUBLE   share of the value sold, 0-1; null: nothing of value was sold
-- note:    no row without a mapping; a line below zero counts as 0
WITH sold AS (
  SELECT category, count(*) AS lines, sum(greatest(amount, 0)) AS value
  FROM clean.lines
  WHERE kind = 'sale' AND category IS NOT NULL
  GROUP BY category
)
SELECT category, lines, CASE WHEN sum(value) OVER () > 0 THEN value / sum(value) OVER () END AS share
FROM sold
ORDER BY category
