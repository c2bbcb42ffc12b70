-- table:   customers
-- purpose: every customer with a behaviour, a place and personal habits scattered around those of the behaviour
-- grain:   one row per n
-- reads:   behaviours, places, variables seed, customers, as_of
-- columns: n BIGINT 1..customers · customer_number VARCHAR, 7 digits with leading zeros, in no order · behaviour
--          city, region, country · birth_year, income · orders INTEGER · start_day, end_day DATE · lines, taste, discount, weekend,
--          night, returns DOUBLE · signed_up DATE
CREATE TABLE customers AS
WITH drawn AS (
  SELECT n, digest('customer', n) AS a, digest('habits', n) AS b, digest('person', n) AS c, digest('scatter', n) AS d
  FROM range(1, getvariable('customers') + 1) AS t (n)
), placed AS (
  SELECT d.*, behaviours.*, p.city, p.region, p.country, p.income AS usual_income
  FROM drawn AS d
  JOIN behaviours ON draw(d.a, 0) >= behaviours.share_from AND draw(d.a, 0) < behaviours.share_from + behaviours.share
  JOIN places AS p ON draw(d.a, 1) >= p.weight_from AND draw(d.a, 1) < p.weight_to
)
SELECT n,
  -- 9,999,991 is prime: every n below it has a number of its own
  printf('%07d', n * 7368787 % 9999991) AS customer_number,
  behaviour, city, region, country,
  least(2010, greatest(1938, round(CASE behaviour WHEN 'bargain family' THEN 1985 WHEN 'newcomer' THEN 1994 WHEN 'expedition planner' THEN 1979 ELSE 1982 END
    + 11 * gauss(c, 0))))::INTEGER AS birth_year,
  (round(usual_income * exp(0.35 * gauss(c, 2) + CASE behaviour WHEN 'expedition planner' THEN 0.3 WHEN 'bargain family' THEN -0.15 ELSE 0 END) / 100) * 100)::INTEGER AS income,
  greatest(1, round(orders * exp(orders_sd * gauss(a, 2))))::INTEGER AS orders,
  getvariable('as_of') - (start_lo + floor(draw(b, 0) * (start_hi - start_lo)))::INTEGER AS start_day,
  getvariable('as_of') - (end_lo + floor(draw(b, 1) * (end_hi - end_lo)))::INTEGER AS end_day,
  1 + (lines - 1) * exp(0.25 * gauss(b, 2)) AS lines,
  taste + 0.06 * gauss(d, 0) AS taste,
  discount,
  logistic(logit(weekend) + 0.45 * gauss(d, 2)) AS weekend,
  logistic(logit(night) + 0.45 * gauss(digest('night', n), 0)) AS night,
  logistic(logit(returns) + 0.25 * gauss(digest('returns', n), 0)) AS returns,
  getvariable('as_of') - (start_lo + floor(draw(b, 0) * (start_hi - start_lo)))::INTEGER - CASE WHEN draw(c, 4) < 0.7 THEN 0 ELSE floor(draw(b, 4) * 60)::INTEGER END AS signed_up
FROM placed
ORDER BY n;
