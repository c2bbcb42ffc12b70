-- table:   lines
-- purpose: what was really bought: one product per line, priced; still clean
-- grain:   one row per (order_number, line)
-- reads:   orders, customers, behaviours, products, variable seed
-- columns: order_number, line · n · ordered_at · guest · product_code, product_name · quantity INTEGER · unit_price DECIMAL(10, 2), EUR
--          · country · returned BOOLEAN · h VARCHAR, a digest for the dirt
CREATE TABLE lines AS
WITH drawn AS (
  SELECT o.*, line::INTEGER AS line, digest('line', order_number || '/' || line) AS a, digest('dirt', order_number || '/' || line) AS h
  FROM orders AS o, range(1, o.lines + 1) AS t (line)
), chosen AS (
  SELECT d.* EXCLUDE (lines), c.taste, c.discount, c.country, c.returns, (c.behaviour = habit) AS in_character, b.taste AS habit_taste,
    1 + (draw(a, 0) >= category_from[1])::INTEGER + (draw(a, 0) >= category_from[2])::INTEGER + (draw(a, 0) >= category_from[3])::INTEGER
      + (draw(a, 0) >= category_from[4])::INTEGER + (draw(a, 0) >= category_from[5])::INTEGER + (draw(a, 0) >= category_from[6])::INTEGER AS category
  FROM drawn AS d JOIN customers AS c USING (n) JOIN behaviours AS b ON b.behaviour = d.habit
), priced AS (
  SELECT *, least(55, greatest(0, floor(56 * (CASE WHEN in_character THEN taste ELSE habit_taste END + 0.16 * gauss(digest('price', order_number || '/' || line), 0)))))::INTEGER AS price_rank
  FROM chosen
)
SELECT order_number, line, n, ordered_at, guest, product_code, product_name,
  1 + floor(-ln(1 - draw(a, 2)) * CASE WHEN price < 15 THEN 1.3 ELSE 0.35 END)::INTEGER AS quantity,
  round(price * (1 - CASE WHEN draw(a, 3) < 0.6 THEN discount * (0.5 + draw(a, 4)) ELSE 0 END), 2)::DECIMAL(10, 2) AS unit_price,
  country, draw(h, 0) < returns AS returned, h
FROM priced JOIN products USING (category, price_rank)
ORDER BY order_number, line;
