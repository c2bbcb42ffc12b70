-- model:   features.customers
-- purpose: what the source customers says about each customer; the features take the configured columns of it
-- grain:   one row per pid of clean.customers
-- reads:   clean.customers
-- params:  $as_of DATE
-- columns: pid VARCHAR  pseudonym of the customer
--          age INTEGER  the declared column, or else the year of $as_of less birth_year; null: neither is declared or known
-- note:    every column of clean.customers is there; the features take the configured ones
WITH named AS (
  SELECT * FROM clean.customers
  UNION ALL BY NAME
  SELECT NULL::INTEGER AS age, NULL::INTEGER AS birth_year WHERE false
)
SELECT * REPLACE (coalesce(age, year($as_of::DATE) - birth_year) AS age)
FROM named
ORDER BY pid
