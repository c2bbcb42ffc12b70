-- model:   features.cohorts
-- purpose: how many customers of each first month come back in each later month
-- grain:   one row per cohort month and months since it
-- reads:   clean.orders
-- params:  $as_of DATE
-- columns: cohort_month DATE     first day of the month of the customer's first sale order
--          months_since INTEGER  calendar months from it
--          customers    INTEGER  distinct customers of the cohort with a sale order in that month
-- note:    $as_of is the last day that is seen
WITH active AS (
  SELECT DISTINCT pid, date_trunc('month', ordered_on)::DATE AS active_month
  FROM clean.orders
  WHERE ordered_on <= $as_of::DATE
), first AS (
  SELECT pid, min(active_month) AS cohort_month FROM active GROUP BY pid
)
SELECT
  f.cohort_month,
  date_diff('month', f.cohort_month, a.active_month)::INTEGER AS months_since,
  count(*)::INTEGER                                           AS customers
FROM active AS a
JOIN first AS f ON f.pid = a.pid
GROUP BY f.cohort_month, months_since
ORDER BY f.cohort_month, months_since
