-- model:   personas.overlap
-- purpose: where the surviving members of the parent release's personas are now
-- grain:   one row per parent persona and cluster that share customers
-- reads:   parent.memberships, clustering.assignments
-- params:  none
-- columns: persona_key VARCHAR  persona in the parent release
--          cluster     INTEGER  cluster of this run's model
--          customers   BIGINT   customers present in both releases
SELECT m.persona_key, a.cluster, count(*) AS customers
FROM parent.memberships AS m
JOIN clustering.assignments AS a ON a.pid = m.pid
WHERE m.persona_key IS NOT NULL
  AND a.cluster >= 0
GROUP BY m.persona_key, a.cluster
ORDER BY m.persona_key, a.cluster
