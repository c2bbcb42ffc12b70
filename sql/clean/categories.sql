-- model:   clean.categories
-- purpose: the product category of each distinct value of the mapped column: each value is matched once, not each line
-- grain:   one row per distinct value, null included
-- reads:   quality.transactions
-- params:  $source VARCHAR, $categories VARCHAR[], $patterns VARCHAR[]
-- columns: value    VARCHAR  the value
--          category VARCHAR  name of the first category whose pattern matches, or other; null: no mapping
-- note:    $source is the mapped column: product_code, product_name or product_category; null: no mapping. $categories are at most
--          twelve names, $patterns their regular expressions (RE2, whatever the case), in order; one beyond the end is null and
--          matches nothing. Written out, not joined: a constant pattern is compiled once, one from a column once per row
WITH sources AS (
  SELECT DISTINCT COLUMNS(lambda c: c = coalesce($source::VARCHAR, 'product_code'))::VARCHAR AS value
  FROM quality.transactions
)
SELECT
  value,
  CASE
    WHEN $source::VARCHAR IS NULL THEN NULL
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[1], 'i') THEN ($categories::VARCHAR[])[1]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[2], 'i') THEN ($categories::VARCHAR[])[2]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[3], 'i') THEN ($categories::VARCHAR[])[3]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[4], 'i') THEN ($categories::VARCHAR[])[4]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[5], 'i') THEN ($categories::VARCHAR[])[5]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[6], 'i') THEN ($categories::VARCHAR[])[6]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[7], 'i') THEN ($categories::VARCHAR[])[7]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[8], 'i') THEN ($categories::VARCHAR[])[8]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[9], 'i') THEN ($categories::VARCHAR[])[9]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[10], 'i') THEN ($categories::VARCHAR[])[10]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[11], 'i') THEN ($categories::VARCHAR[])[11]
    WHEN regexp_matches(value, ($patterns::VARCHAR[])[12], 'i') THEN ($categories::VARCHAR[])[12]
    ELSE 'other'
  END AS category
FROM sources
ORDER BY value
