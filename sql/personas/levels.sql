-- model:   personas.levels
-- purpose: how the levels of category features are spread over the clusters
-- grain:   one row per feature, level and cluster that has customers
-- reads:   personas.texts, clustering.assignments
-- params:  none
-- columns: feature   VARCHAR  name of the feature
--          level     VARCHAR  its level; (missing) where the customer has none
--          cluster   INTEGER  cluster of the model
--          customers BIGINT   customers of the cluster at the level
-- note:    personas.texts has pid and a VARCHAR without nulls per category feature; none can be called _cluster. Customers without a cluster count nowhere. Small cells are suppressed where they are published
WITH placed AS (
  SELECT a.cluster AS _cluster, t.* EXCLUDE (pid)
  FROM personas.texts AS t
  JOIN clustering.assignments AS a ON a.pid = t.pid
  WHERE a.cluster >= 0
), long AS (
  UNPIVOT placed ON COLUMNS(* EXCLUDE (_cluster)) INTO NAME feature VALUE level
)
SELECT feature, level, _cluster AS cluster, count(*) AS customers
FROM long
GROUP BY feature, level, _cluster
ORDER BY feature, level, _cluster
