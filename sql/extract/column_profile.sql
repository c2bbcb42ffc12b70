-- model:   extract.column_profile
-- purpose: what one column holds
-- grain:   one row
-- reads:   extract.output
-- params:  none
-- columns: nulls    BIGINT  rows without a value
--          distinct BIGINT  different values
--          low      VARCHAR least value as text; for text in byte order
--          high     VARCHAR greatest value as text
--          length   HUGEINT characters of all values as text
-- note:    {{column}} is a column of extract.output
SELECT
  count(*) - count({{column}})                              AS nulls,
  count(DISTINCT {{column}})                                AS "distinct",
  min({{column}})::VARCHAR                                  AS low,
  max({{column}})::VARCHAR                                  AS high,
  coalesce(sum(length({{column}}::VARCHAR)), 0)::HUGEINT    AS length
FROM extract.output
