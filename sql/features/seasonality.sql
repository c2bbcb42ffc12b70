-- model:   features.seasonality
-- purpose: in which season the customer buys
-- grain:   one row per pid with at least one sale line up to $as_of
-- reads:   clean.lines
-- params:  $as_of DATE
-- columns: pid           VARCHAR  pseudonym of the customer
--          season_spring DOUBLE   share of the value sold in March-May, 0-1
--          season_summer DOUBLE   June-August
--          season_autumn DOUBLE   September-November
--          season_winter DOUBLE   December-February
-- note:    the meteorological seasons of the northern hemisphere; together 1. A line below zero (a negative quantity or price that
--          was kept) sells nothing: it counts as 0, so that no share is negative. Where nothing of value was sold, the shares are
--          those of the sale lines. $as_of is the last day that is seen
WITH sold AS (
  SELECT pid, month(ordered_at) % 12 // 3 AS season, greatest(amount, 0) AS value
  FROM clean.lines
  WHERE kind = 'sale' AND ordered_at < $as_of::DATE + 1
), sums AS (
  SELECT
    pid,
    sum(value) AS value,
    count(*)   AS lines,
    coalesce(sum(value) FILTER (WHERE season = 1), 0) AS spring_value, count(*) FILTER (WHERE season = 1) AS spring_lines,
    coalesce(sum(value) FILTER (WHERE season = 2), 0) AS summer_value, count(*) FILTER (WHERE season = 2) AS summer_lines,
    coalesce(sum(value) FILTER (WHERE season = 3), 0) AS autumn_value, count(*) FILTER (WHERE season = 3) AS autumn_lines,
    coalesce(sum(value) FILTER (WHERE season = 0), 0) AS winter_value, count(*) FILTER (WHERE season = 0) AS winter_lines
  FROM sold
  GROUP BY pid
)
SELECT
  pid,
  CASE WHEN value > 0 THEN spring_value / value ELSE spring_lines / lines END AS season_spring,
  CASE WHEN value > 0 THEN summer_value / value ELSE summer_lines / lines END AS season_summer,
  CASE WHEN value > 0 THEN autumn_value / value ELSE autumn_lines / lines END AS season_autumn,
  CASE WHEN value > 0 THEN winter_value / value ELSE winter_lines / lines END AS season_winter
FROM sums
ORDER BY pid
