-- model:   personas.sizes
-- purpose: size and revenue of each persona, its whales and its customers at risk
-- grain:   one row per persona_key; null = all customers, empty = those without a persona
-- reads:   personas.memberships, features.features, personas.whales, personas.at_risk
-- params:  none
-- columns: persona_key   VARCHAR  persona; null = all customers, empty = those without a persona
--          customers     BIGINT   customers
--          revenue       DECIMAL  exact sum of monetary
--          whales        BIGINT   of these, whales
--          whale_revenue DECIMAL  exact sum of their monetary
--          at_risk       BIGINT   of these, at risk
SELECT
  coalesce(m.persona_key, '')                           AS persona_key,
  count(*)                                              AS customers,
  coalesce(sum(f.monetary), 0)                          AS revenue,
  count(w.pid)                                          AS whales,
  coalesce(sum(w.monetary), 0)                          AS whale_revenue,
  count(r.pid)                                          AS at_risk
FROM personas.memberships AS m
JOIN features.features AS f ON f.pid = m.pid
LEFT JOIN personas.whales AS w ON w.pid = m.pid
LEFT JOIN personas.at_risk AS r ON r.pid = m.pid
GROUP BY GROUPING SETS ((coalesce(m.persona_key, '')), ())
ORDER BY persona_key NULLS FIRST
