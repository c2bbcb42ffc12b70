-- model:   features.country
-- purpose: the group of countries the customer orders from now
-- grain:   one row per pid with at least one sale order up to $as_of
-- reads:   clean.orders, clean.lines, features.country_groups
-- params:  $as_of DATE
-- columns: pid           VARCHAR  pseudonym of the customer
--          country_group VARCHAR  group of the country of the latest sale order; other: in no group
-- note:    features.country_groups holds country and country_group. Of orders begun at the same moment the one with the greatest id
--          is the latest; of several countries in it the first by name counts. $as_of is the last day that is seen
WITH latest AS (
  SELECT pid, order_id
  FROM clean.orders
  WHERE ordered_on <= $as_of::DATE
  QUALIFY row_number() OVER (PARTITION BY pid ORDER BY ordered_at DESC, order_id DESC) = 1
), shipped AS (
  SELECT o.pid, min(l.country) AS country
  FROM latest AS o
  JOIN clean.lines AS l ON l.pid = o.pid AND l.order_id = o.order_id AND l.kind = 'sale'
  GROUP BY o.pid
)
SELECT s.pid, coalesce(g.country_group, 'other') AS country_group
FROM shipped AS s
LEFT JOIN features.country_groups AS g ON g.country = s.country
ORDER BY s.pid
