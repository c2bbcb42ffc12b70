-- model:   personas.whales
-- purpose: the customers with the most revenue
-- grain:   one row per pid
-- reads:   features.features, personas.memberships
-- params:  $whales BIGINT
-- columns: pid         VARCHAR  pseudonym of the customer
--          persona_key VARCHAR  persona
--          monetary    DECIMAL  revenue
--          rank        INTEGER  1 = the most revenue; ties by pid
-- note:    the first $whales customers by revenue
WITH ranked AS (
  SELECT f.pid, m.persona_key, f.monetary, row_number() OVER (ORDER BY f.monetary DESC NULLS LAST, f.pid)::INTEGER AS rank
  FROM features.features AS f
  JOIN personas.memberships AS m ON m.pid = f.pid
)
SELECT pid, persona_key, monetary, rank
FROM ranked
WHERE rank <= $whales::BIGINT
ORDER BY pid
