-- table:   orders
-- purpose: every order with its time; numbered in the order of time, as a till would
-- grain:   one row per (n, o)
-- reads:   customers, behaviours, variables seed, as_of
-- columns: n, o BIGINT · order_number BIGINT · ordered_at TIMESTAMP, local time · habit VARCHAR, whose taste the basket follows: one
--          basket in fifteen is out of character and follows that of the everyday regulars · guest BOOLEAN, no customer on the export
CREATE TABLE orders AS
WITH drawn AS (
  SELECT n, o, digest('order', n || '/' || o) AS a, digest('clock', n || '/' || o) AS b
  FROM customers, range(1, orders + 1) AS t (o)
), days AS (
  SELECT d.*, c.behaviour, c.start_day, c.end_day, c.weekend, c.night, c.lines,
    CASE WHEN draw(a, 0) < in_season
      -- the favourite season comes twice in the two years
      THEN getvariable('as_of') - 729 + season_day + floor(season_days * draw(a, 1))::INTEGER + CASE WHEN draw(a, 2) < 0.55 THEN 365 ELSE 0 END
      ELSE start_day + floor((end_day - start_day) * draw(a, 1))::INTEGER
    END AS wished
  FROM drawn AS d JOIN customers AS c USING (n) JOIN behaviours USING (behaviour)
), weekdays AS (
  -- the same week, but on a day the customer likes; never outside the active time
  SELECT *, date_trunc('week', least(greatest(wished, start_day), end_day))::DATE
    + CASE WHEN draw(a, 3) < weekend THEN 5 + floor(2 * draw(a, 4))::INTEGER ELSE floor(5 * draw(a, 4))::INTEGER END AS liked
  FROM days
), times AS (
  SELECT *, (CASE WHEN liked > end_day THEN liked - 7 WHEN liked < start_day THEN liked + 7 ELSE liked END)::TIMESTAMP
    + to_seconds(CASE WHEN draw(b, 0) < night
        THEN ((22 * 3600 + floor(8 * 3600 * draw(b, 1)))::BIGINT % 86400)
        ELSE (7 * 3600 + floor(15 * 3600 * (draw(b, 1) + draw(b, 2)) / 2))::BIGINT END) AS ordered_at
  FROM weekdays
)
SELECT n, o, 400000 + row_number() OVER (ORDER BY ordered_at, n, o) AS order_number, ordered_at,
  CASE WHEN draw(b, 3) < 1 / 15.0 THEN 'everyday regular' ELSE behaviour END AS habit,
  1 + floor(-ln(1 - draw(digest('basket', n || '/' || o), 0)) * (lines - 0.5))::INTEGER AS lines,
  draw(b, 4) < 0.04 AS guest
FROM times
ORDER BY order_number;
