-- model:   extract.rejections
-- purpose: how many rows were rejected, by reason
-- grain:   one row per reason
-- reads:   extract.read
-- params:  none
-- columns: reason VARCHAR  "unreadable <column>", "missing <column>", "after as-of", "after known-at", "stale"
--          rows   BIGINT   rows with it; each row has one reason, the first that applies
SELECT reject_reason AS reason, count(*) AS rows
FROM extract.read
WHERE reject_reason IS NOT NULL
GROUP BY reject_reason
ORDER BY reject_reason
