-- model:   clean.customers
-- purpose: what the source customers says about each customer; the newest row where an id repeats
-- grain:   one row per pid
-- reads:   quality.customers, clean.customer_removals
-- params:  none
-- columns: pid VARCHAR  pseudonym of the customer
-- note:    every declared column follows as it is
SELECT c.pid, c.* EXCLUDE (row_id, pid)
FROM quality.customers AS c
ANTI JOIN clean.customer_removals AS r ON r.row_id = c.row_id
ORDER BY c.pid
