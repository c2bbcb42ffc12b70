-- model:   quality.quarantine
-- purpose: every offending row with the rule that found it
-- grain:   one row per rule and offending row
-- reads:   quality.offending
-- params:  none
-- columns: rule_id VARCHAR  id of the check
--          source  VARCHAR  transactions or customers
--          row_id  BIGINT   row of that source
--          pid     VARCHAR  pseudonym; null where the row has none
--          removed BOOLEAN  whether the row leaves the data
--          row     VARCHAR  the typed row as JSON
SELECT rule_id, source, row_id, pid, removed, "row"
FROM quality.offending
ORDER BY rule_id, source, row_id
