-- model:   personas.at_risk
-- purpose: customers to win back: silent for much longer than their own rhythm
-- grain:   one row per pid at risk
-- reads:   features.features, personas.memberships
-- params:  $gap_factor DOUBLE, $min_orders INTEGER
-- columns: pid             VARCHAR  pseudonym of the customer
--          persona_key     VARCHAR  persona
--          recency_days    INTEGER  days since the last order
--          median_gap_days DOUBLE   the customer's own median gap between order days
--          frequency       INTEGER  orders
--          monetary        DECIMAL  revenue
-- note:    at risk: recency_days > $gap_factor x median_gap_days, with at least $min_orders orders
SELECT f.pid, m.persona_key, f.recency_days, f.median_gap_days, f.frequency, f.monetary
FROM features.features AS f
JOIN personas.memberships AS m ON m.pid = f.pid
WHERE f.frequency >= $min_orders::INTEGER
  AND f.recency_days::DOUBLE > $gap_factor::DOUBLE * f.median_gap_days
ORDER BY f.pid
