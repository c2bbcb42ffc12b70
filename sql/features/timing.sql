-- model:   features.timing
-- purpose: since when, how regularly and at which hours the customer orders
-- grain:   one row per pid with at least one sale order up to $as_of
-- reads:   clean.orders
-- params:  $as_of DATE, $night_from INTEGER, $night_to INTEGER, $timed BOOLEAN
-- columns: pid                VARCHAR  pseudonym of the customer
--          tenure_days        INTEGER  days from the first sale order to $as_of
--          interpurchase_days DOUBLE   mean days between consecutive order days; null with fewer than 2 order days
--          median_gap_days    DOUBLE   their median; null with fewer than 2 order days
--          clv_recency_days   INTEGER  days from the first to the last sale order, the recency of the BG/NBD literature
--          night_share        DOUBLE   share of the orders begun at night, 0-1; null without times
--          weekend_share      DOUBLE   share of the orders begun on a Saturday or Sunday, 0-1
-- note:    $as_of is the last day that is seen. The night begins at hour $night_from (0-23, local time) and ends before $night_to;
--          a smaller $night_to lies past midnight, an equal one means there is no night. $timed false: orders are dated by day only
WITH seen AS (
  SELECT pid, ordered_on, hour(ordered_at) AS at_hour, isodow(ordered_on) AS on_weekday
  FROM clean.orders
  WHERE ordered_on <= $as_of::DATE
), gaps AS (
  SELECT pid, date_diff('day', lag(ordered_on) OVER (PARTITION BY pid ORDER BY ordered_on), ordered_on) AS gap
  FROM (SELECT DISTINCT pid, ordered_on FROM seen)
), rhythm AS (
  SELECT pid, count(gap) AS gaps, quantile_cont(gap, 0.5) AS median_gap
  FROM gaps
  GROUP BY pid
), dated AS (
  SELECT
    pid,
    min(ordered_on) AS first_on,
    max(ordered_on) AS last_on,
    count(*)        AS orders,
    count(*) FILTER (WHERE CASE
      WHEN $night_from::INTEGER < $night_to::INTEGER THEN at_hour >= $night_from::INTEGER AND at_hour < $night_to::INTEGER
      WHEN $night_from::INTEGER > $night_to::INTEGER THEN at_hour >= $night_from::INTEGER OR at_hour < $night_to::INTEGER
      ELSE false
    END) AS by_night,
    count(*) FILTER (WHERE on_weekday >= 6) AS on_weekend
  FROM seen
  GROUP BY pid
)
SELECT
  d.pid,
  date_diff('day', d.first_on, $as_of::DATE)::INTEGER                             AS tenure_days,
  CASE WHEN r.gaps > 0 THEN date_diff('day', d.first_on, d.last_on) / r.gaps END  AS interpurchase_days,
  r.median_gap::DOUBLE                                                            AS median_gap_days,
  date_diff('day', d.first_on, d.last_on)::INTEGER                                AS clv_recency_days,
  CASE WHEN $timed::BOOLEAN THEN d.by_night / d.orders END                        AS night_share,
  d.on_weekend / d.orders                                                         AS weekend_share
FROM dated AS d
JOIN rhythm AS r ON r.pid = d.pid
ORDER BY d.pid
