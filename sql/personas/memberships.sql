-- model:   personas.memberships
-- purpose: the persona of every customer
-- grain:   one row per pid
-- reads:   clustering.assignments, personas.keys
-- params:  none
-- columns: pid           VARCHAR  pseudonym of the customer
--          persona_key   VARCHAR  stable key of the persona
--          cluster       INTEGER  its cluster in this run's model
--          margin        DOUBLE   squared distance to the runner-up's centroid minus that to its own, scaled units
--          probability   DOUBLE   of the persona, for equal spherical clusters
--          runner_up_key VARCHAR  the second-nearest persona
-- note:    personas.keys has the persona_key of each cluster
SELECT a.pid, own.persona_key, a.cluster, a.margin, a.probability, other.persona_key AS runner_up_key
FROM clustering.assignments AS a
JOIN personas.keys AS own ON own.cluster = a.cluster
LEFT JOIN personas.keys AS other ON other.cluster = a.runner_up
ORDER BY a.pid
