-- model:   personas.migration
-- purpose: how many customers went from where to where since the parent release
-- grain:   one row per from_state, from_key, to_state and to_key that has customers
-- reads:   personas.events, personas.keys, parent.memberships
-- params:  none
-- columns: from_state VARCHAR  persona, retired (a persona that is none of this release), unassigned or absent in the parent release
--          from_key   VARCHAR  the persona; null = unassigned or absent
--          to_state   VARCHAR  persona, born (a persona that was none of the parent release), unassigned or absent in this release
--          to_key     VARCHAR  the persona; null = unassigned or absent
--          customers  BIGINT   customers
-- note:    all rows of a from_key add up to its size in the parent release, all rows of a to_key to its size now. Small cells are suppressed where they are published
WITH parent_keys AS (
  SELECT DISTINCT persona_key FROM parent.memberships WHERE persona_key IS NOT NULL
), placed AS (
  SELECT
    CASE WHEN e.from_state = 'persona' AND own.persona_key IS NULL THEN 'retired' ELSE e.from_state END AS from_state,
    e.from_key,
    CASE WHEN e.to_state = 'persona' AND old.persona_key IS NULL THEN 'born' ELSE e.to_state END AS to_state,
    e.to_key
  FROM personas.events AS e
  LEFT JOIN personas.keys AS own ON own.persona_key = e.from_key
  LEFT JOIN parent_keys AS old ON old.persona_key = e.to_key
)
SELECT from_state, from_key, to_state, to_key, count(*) AS customers
FROM placed
GROUP BY from_state, from_key, to_state, to_key
ORDER BY from_state, from_key NULLS FIRST, to_state, to_key NULLS FIRST
