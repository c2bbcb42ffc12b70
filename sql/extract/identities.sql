-- model:   extract.identities
-- purpose: the customer ids that need a pseudonym
-- grain:   one row per customer id of a kept row
-- reads:   extract.read
-- params:  none
-- columns: customer_id VARCHAR  as the export has it
SELECT DISTINCT customer_id
FROM extract.read
WHERE reject_reason IS NULL AND customer_id IS NOT NULL
ORDER BY customer_id
