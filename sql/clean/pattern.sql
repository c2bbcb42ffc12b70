-- model:   clean.pattern
-- purpose: does the engine accept a regular expression? A bad one is an error of the config, found before any row is read
-- grain:   one row
-- reads:   none
-- params:  $pattern VARCHAR
-- columns: accepted BOOLEAN  always true: a pattern that is refused is an error
SELECT regexp_matches('', $pattern::VARCHAR) IS NOT NULL AS accepted
ORDER BY accepted
