-- model:   personas.profile
-- purpose: each feature in each cluster and in the base, in raw units
-- grain:   one row per feature and cluster that has a value; cluster null = all customers
-- reads:   personas.numbers, clustering.assignments
-- params:  none
-- columns: feature VARCHAR  name of the feature
--          cluster INTEGER  cluster of the model; null = all customers
--          present BIGINT   customers with a value
--          mean    DOUBLE   from an exact sum of values rounded to 12 decimals
--          q25     DOUBLE   quantile of type 7
--          median  DOUBLE   quantile of type 7
--          q75     DOUBLE   quantile of type 7
-- note:    personas.numbers has pid and a DOUBLE per numeric feature; missing values count nowhere; customers without a cluster only in the base, and as cluster -1. No feature can be called _cluster
WITH placed AS (
  SELECT a.cluster AS _cluster, n.* EXCLUDE (pid)
  FROM personas.numbers AS n
  JOIN clustering.assignments AS a ON a.pid = n.pid
), long AS (
  UNPIVOT placed ON COLUMNS(* EXCLUDE (_cluster)) INTO NAME feature VALUE value
), summed AS (
  SELECT
    feature,
    _cluster                                AS cluster,
    count(*)                                AS present,
    sum(value::DECIMAL(38, 12))             AS total,
    quantile_cont(value, [0.25, 0.5, 0.75]) AS quartiles
  FROM long
  GROUP BY GROUPING SETS ((feature, _cluster), (feature))
)
SELECT
  feature,
  cluster,
  present,
  total::DOUBLE / present AS mean,
  quartiles[1]            AS q25,
  quartiles[2]            AS median,
  quartiles[3]            AS q75
FROM summed
ORDER BY feature, cluster NULLS FIRST
