-- model:   personas.memberships
-- purpose: the persona of every customer
-- grain:   one row per pid
-- reads:   clustering.assignments, personas.keys
-- params:  $uncertain_below DOUBLE
-- columns: pid           VARCHAR  pseudonym of the customer
--          persona_key   VARCHAR  stable key of the persona; null = unassigned: in no dense region
--          cluster       INTEGER  its cluster in this run's model; null = unassigned
--          margin        DOUBLE   how clearly the persona wins over the runner-up: difference of squared distances to their centroids, scaled units; for a mixture twice the log odds
--          probability   DOUBLE   of the persona: posterior of a mixture, else as for equal spherical clusters; 0 = unassigned
--          uncertain     BOOLEAN  the probability is below $uncertain_below; null = unassigned
--          runner_up_key VARCHAR  the second-nearest persona; of the unassigned the nearest one
-- note:    personas.keys has the persona_key of each cluster
SELECT
  a.pid,
  own.persona_key,
  own.cluster,
  a.margin,
  a.probability,
  CASE WHEN own.persona_key IS NOT NULL THEN a.probability < $uncertain_below::DOUBLE END AS uncertain,
  other.persona_key                                                                       AS runner_up_key
FROM clustering.assignments AS a
LEFT JOIN personas.keys AS own ON own.cluster = a.cluster
LEFT JOIN personas.keys AS other ON other.cluster = a.runner_up
ORDER BY a.pid
