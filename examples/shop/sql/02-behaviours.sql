-- table:   behaviours
-- purpose: the six planted behaviours and their habits; personal values scatter around these (see customers)
-- grain:   one row per behaviour
-- columns: share         of all customers
--          orders        median number of orders in the two years; orders_sd: of its logarithm
--          start_lo/hi   the customer's active time begins this many days before the as-of day
--          end_lo/hi     and ends so many days before it (negative: beyond it; such rows must stay invisible)
--          lines         mean lines per order
--          taste         usual place on the price list of a category, 0 cheapest to 1 dearest
--          discount      usual reduction of the list price
--          weekend, night, returns   probabilities per order, order, line
--          season_day    first day of the favourite season, counted from the first day of the two years; season_days: its length
--          in_season     share of orders in it
--          categories    weights in percent: tents, climbing, footwear, clothing, winter, bikes, food and cooking
CREATE TABLE behaviours AS
SELECT *, coalesce(sum(share) OVER (ORDER BY behaviour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS share_from,
  list_transform(range(1, 7), lambda i: list_sum(categories[1:i]) / 100.0::DOUBLE) AS category_from
FROM (VALUES
  ('bargain family',     0.18::DECIMAL(3, 2),  9.0::DOUBLE, 0.30::DOUBLE, 690, 730,  -4,  10, 2.6::DOUBLE, 0.28::DOUBLE, 0.25::DOUBLE, 0.74::DOUBLE, 0.06::DOUBLE, 0.24::DOUBLE,   0,   0, 0.00::DOUBLE, [ 6,  2, 34, 38,  5,  6,  9]),
  ('everyday regular',   0.18, 22.0, 0.30, 690, 730,  -4,   0, 1.8, 0.30, 0.05, 0.22, 0.08, 0.03,   0,   0, 0.00, [ 3,  8,  9, 22,  4, 10, 44]),
  ('expedition planner', 0.16,  7.0, 0.30, 660, 730,  -4,  20, 4.0, 0.68, 0.02, 0.30, 0.42, 0.05, 243, 125, 0.60, [28, 30, 14, 12,  3,  3, 10]),
  ('lapsed',             0.16,  6.0, 0.35, 650, 730, 400, 540, 2.3, 0.42, 0.10, 0.30, 0.12, 0.08,   0,   0, 0.00, [10,  8, 20, 30, 10, 10, 12]),
  ('newcomer',           0.14,  1.5, 0.40,  20, 110,  -4,   0, 2.2, 0.42, 0.10, 0.34, 0.15, 0.06,   0,   0, 0.00, [ 6,  8, 24, 34,  4, 10, 14]),
  ('winter seasonal',    0.18,  6.5, 0.30, 690, 730,  -4,  20, 2.5, 0.50, 0.06, 0.36, 0.12, 0.07, 132, 105, 0.88, [ 1,  6, 10, 18, 58,  1,  6])
) AS t (behaviour, share, orders, orders_sd, start_lo, start_hi, end_lo, end_hi, lines, taste, discount, weekend, night, returns,
        season_day, season_days, in_season, categories)
ORDER BY behaviour;
