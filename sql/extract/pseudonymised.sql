-- model:   extract.pseudonymised
-- purpose: the kept rows with pseudonyms in place of customer ids, in an order in which neither file nor line matters
-- grain:   one row per kept row
-- reads:   extract.read, extract.pseudonyms
-- params:  none
-- columns: pid VARCHAR pseudonym; null where the export had no customer
-- note:    {{columns}} are pid and the declared columns, in the order of the output; extract.pseudonyms has customer_id and pid. Rows get
--          their row_id, 1..n in this order, while they are written: rows that are equal in all columns get neighbouring numbers
SELECT {{columns}}
FROM (
  SELECT p.pid, r.* EXCLUDE (customer_id, reject_reason, reject_record)
  FROM extract.read AS r
  LEFT JOIN extract.pseudonyms AS p ON p.customer_id = r.customer_id
  WHERE r.reject_reason IS NULL
)
ORDER BY {{columns}}
