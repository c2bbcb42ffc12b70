-- model:   features.rfm
-- purpose: recency, frequency and monetary value of every customer, with quintile scores
-- grain:   one row per pid with at least one sale order up to $as_of: the customers of all feature groups
-- reads:   clean.orders, clean.lines
-- params:  $as_of DATE, $recency_from VARCHAR, $revenue VARCHAR
-- columns: pid          VARCHAR  pseudonym of the customer
--          recency_days INTEGER  days from the last sale order
--          frequency    INTEGER  distinct sale orders
--          monetary     DECIMAL  revenue, exact; net can be below zero
--          r_score      INTEGER  quintile of recency 1-5, 5 the most recent; ties by pid
--          f_score      INTEGER  quintile of frequency 1-5, 5 the most orders; ties by pid
--          m_score      INTEGER  quintile of monetary 1-5, 5 the most revenue; ties by pid
-- note:    $as_of is the last day that is seen; $recency_from asOf counts recency to it, dayAfter to the day after. $revenue net:
--          sales less returns, gross: sales. These are the customers of all feature groups
WITH bought AS (
  SELECT pid, max(ordered_on) AS last_on, count(*)::INTEGER AS frequency
  FROM clean.orders
  WHERE ordered_on <= $as_of::DATE
  GROUP BY pid
), revenue AS (
  SELECT pid, sum(amount) AS monetary
  FROM clean.lines
  WHERE ordered_at < $as_of::DATE + 1 AND (kind = 'sale' OR $revenue::VARCHAR = 'net')
  GROUP BY pid
), valued AS (
  SELECT
    b.pid,
    (date_diff('day', b.last_on, $as_of::DATE)
      + CASE $recency_from::VARCHAR WHEN 'dayAfter' THEN 1 ELSE 0 END)::INTEGER AS recency_days,
    b.frequency,
    r.monetary
  FROM bought AS b
  JOIN revenue AS r ON r.pid = b.pid
)
SELECT
  pid, recency_days, frequency, monetary,
  ntile(5) OVER (ORDER BY recency_days DESC, pid)::INTEGER AS r_score,
  ntile(5) OVER (ORDER BY frequency, pid)::INTEGER         AS f_score,
  ntile(5) OVER (ORDER BY monetary, pid)::INTEGER          AS m_score
FROM valued
ORDER BY pid
