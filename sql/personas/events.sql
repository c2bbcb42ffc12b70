-- model:   personas.events
-- purpose: what happened to the persona of every customer since the parent release
-- grain:   one row per pid that is in either release
-- reads:   parent.memberships, personas.memberships
-- params:  none
-- columns: pid        VARCHAR  pseudonym of the customer
--          event      VARCHAR  stay = the same persona, or unassigned before and now; enter = was in no release before; exit = is no customer now; move = all else
--          from_state VARCHAR  persona, unassigned (a customer without a persona) or absent (no customer) in the parent release
--          from_key   VARCHAR  its persona in the parent release; null = unassigned or absent
--          to_state   VARCHAR  the same in this release
--          to_key     VARCHAR  its persona in this release; null = unassigned or absent
-- note:    a first release has an empty parent.memberships: everybody enters. A move is an exit from one persona and an entry into the other
SELECT
  coalesce(m.pid, p.pid) AS pid,
  CASE
    WHEN p.pid IS NULL THEN 'enter'
    WHEN m.pid IS NULL THEN 'exit'
    WHEN p.persona_key IS NOT DISTINCT FROM m.persona_key THEN 'stay'
    ELSE 'move'
  END AS event,
  CASE WHEN p.pid IS NULL THEN 'absent' WHEN p.persona_key IS NULL THEN 'unassigned' ELSE 'persona' END AS from_state,
  p.persona_key AS from_key,
  CASE WHEN m.pid IS NULL THEN 'absent' WHEN m.persona_key IS NULL THEN 'unassigned' ELSE 'persona' END AS to_state,
  m.persona_key AS to_key
FROM parent.memberships AS p
FULL JOIN personas.memberships AS m ON m.pid = p.pid
ORDER BY coalesce(m.pid, p.pid)
