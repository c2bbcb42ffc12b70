-- model:   clean.customer_removals
-- purpose: rows of the source customers that do not stay: no customer, or a newer row of the same customer
-- grain:   one row per removed row
-- reads:   quality.customers
-- params:  $newest_by VARCHAR
-- columns: row_id BIGINT   the row
--          rule   VARCHAR  missingCustomers or repeatedCustomers
--          pid    VARCHAR  null: the row has none
-- note:    $newest_by is the column that says which row is newer (load time or date of the source); null: the row_id, which follows
--          the values of the row. The row_id also breaks ties
WITH ranked AS (
  SELECT
    c.row_id, c.pid,
    row_number() OVER (
      PARTITION BY c.pid
      ORDER BY struct_extract(c, coalesce($newest_by::VARCHAR, 'row_id')) DESC NULLS LAST, c.row_id DESC
    ) AS age
  FROM quality.customers AS c
)
SELECT row_id, CASE WHEN pid IS NULL THEN 'missingCustomers' ELSE 'repeatedCustomers' END AS rule, pid
FROM ranked
WHERE pid IS NULL OR age > 1
ORDER BY row_id
