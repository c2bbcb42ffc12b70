-- model:   extract.rejected_records
-- purpose: the records that could not be read, for the vault only
-- grain:   one row per rejected record, at most $limit
-- reads:   extract.read
-- params:  $limit BIGINT
-- columns: reason VARCHAR  why
--          record VARCHAR  the record as it lay in the file
SELECT reject_reason AS reason, reject_record AS record
FROM extract.read
WHERE reject_record IS NOT NULL
ORDER BY reject_reason, reject_record
LIMIT $limit::BIGINT
