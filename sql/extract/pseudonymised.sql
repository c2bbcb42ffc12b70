-- model:   extract.pseudonymised
-- purpose: the kept rows with pseudonyms in place of customer ids, numbered so that neither file nor line matters
-- grain:   one row per kept row
-- reads:   extract.read, extract.pseudonyms
-- params:  none
-- columns: row_id BIGINT  1..n over all columns in order; rows that are equal in all of them get neighbouring numbers
--          pid    VARCHAR pseudonym; null where the export had no customer
-- note:    {{columns}} are pid and the declared columns, in the order of the output; extract.pseudonyms has customer_id and pid
SELECT row_number() OVER (ORDER BY {{columns}}) AS row_id, {{columns}}
FROM (
  SELECT p.pid, r.* EXCLUDE (customer_id, reject_reason, reject_record)
  FROM extract.read AS r
  LEFT JOIN extract.pseudonyms AS p ON p.customer_id = r.customer_id
  WHERE r.reject_reason IS NULL
)
ORDER BY row_id
