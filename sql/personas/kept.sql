-- model:   personas.kept
-- purpose: how many customers of the parent release still have their persona
-- grain:   one row
-- reads:   parent.memberships, personas.memberships
-- params:  none
-- columns: customers BIGINT  customers with a persona in the parent release who are present today
--          kept      BIGINT  of them, those with the same persona today
SELECT
  count(*)                                                       AS customers,
  count(*) FILTER (WHERE now_.persona_key = before_.persona_key) AS kept
FROM parent.memberships AS before_
JOIN personas.memberships AS now_ ON now_.pid = before_.pid
WHERE before_.persona_key IS NOT NULL
ORDER BY customers
