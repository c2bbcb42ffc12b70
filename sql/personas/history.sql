-- model:   personas.history
-- purpose: which persona a customer had when (a slowly changing dimension of type 2)
-- grain:   one row per pid and spell: consecutive releases in which it had the same persona, or none
-- reads:   history.memberships, history.releases
-- params:  none
-- columns: pid         VARCHAR  pseudonym of the customer
--          persona_key VARCHAR  its persona; null = a customer without a persona
--          valid_from  DATE     as-of of the first release of the spell
--          valid_to    DATE     as-of of the first release after it; null = it goes on: it held on day d where valid_from <= d < valid_to
-- note:    history.memberships has n, pid and persona_key, n counting the releases of history.releases (n, as_of) in the order of their as-of, from 1 without gaps. Days without a row: no customer
WITH spells AS (
  SELECT
    n,
    pid,
    persona_key,
    n - row_number() OVER (PARTITION BY pid, coalesce(persona_key, '') ORDER BY n) AS spell
  FROM history.memberships
), bounds AS (
  SELECT pid, persona_key, min(n) AS first_n, max(n) AS last_n
  FROM spells
  GROUP BY pid, persona_key, spell
)
SELECT b.pid, b.persona_key, f.as_of AS valid_from, t.as_of AS valid_to
FROM bounds AS b
JOIN history.releases AS f ON f.n = b.first_n
LEFT JOIN history.releases AS t ON t.n = b.last_n + 1
ORDER BY b.pid, f.as_of
