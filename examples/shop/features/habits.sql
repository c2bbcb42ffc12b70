-- model:   features.habits
-- purpose: three habits as shares that few orders cannot push to 0 or 1
-- grain:   one row per pid with at least one sale
-- reads:   clean.lines, clean.orders
-- params:  none
-- columns: pid           VARCHAR  pseudonym of the customer
--          weekend_habit DOUBLE   share of the orders placed on a Saturday or Sunday, 0-1
--          return_habit  DOUBLE   returned lines per bought line, 0-1
--          winter_habit  DOUBLE   share of the bought lines that are winter sports, 0-1
-- note:    each share is drawn towards that of the whole shop, as if every customer had 5 more average orders, or 10 more average lines.
--          One order on a Sunday is no weekend habit yet, and the groups found are not groups of customers with one, two, three orders
WITH placed AS (
  SELECT pid, count(*) AS orders, count(*) FILTER (WHERE isodow(ordered_on) >= 6) AS on_weekend
  FROM clean.orders
  GROUP BY pid
), bought AS (
  SELECT
    pid,
    count(*) FILTER (WHERE kind = 'sale')                         AS bought,
    count(*) FILTER (WHERE kind = 'return')                       AS returned,
    count(*) FILTER (WHERE kind = 'sale' AND category = 'winter') AS winter
  FROM clean.lines
  GROUP BY pid
), shop AS (
  SELECT
    (SELECT sum(on_weekend) / sum(orders) FROM placed) AS on_weekend,
    sum(returned) / sum(bought)                        AS returned,
    sum(winter) / sum(bought)                          AS winter
  FROM bought
)
SELECT
  p.pid,
  (p.on_weekend + 5 * s.on_weekend) / (p.orders + 5)        AS weekend_habit,
  least(1, (b.returned + 10 * s.returned) / (b.bought + 10)) AS return_habit,
  (b.winter + 10 * s.winter) / (b.bought + 10)              AS winter_habit
FROM placed AS p
JOIN bought AS b ON b.pid = p.pid
CROSS JOIN shop AS s
ORDER BY p.pid
