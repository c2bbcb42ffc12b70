-- table:   products
-- purpose: the catalogue: seven categories of 56 products each, from the cheapest to the dearest
-- grain:   one row per product_code
-- columns: category INTEGER 1..7 · price_rank INTEGER 0..55 within the category · product_code VARCHAR (prefix = category)
--          product_name VARCHAR · price DOUBLE list price, EUR
CREATE TABLE products AS
WITH categories AS (
  SELECT * FROM (VALUES
    (1, 'TNT',  24.0::DOUBLE,  690.0::DOUBLE, ['Peg Set', 'Groundsheet', 'Tarp', 'Bivvy', 'Dome Tent', 'Tunnel Tent', 'Family Tent', 'Expedition Tent']),
    (2, 'CLB',   8.0,  290.0, ['Carabiner', 'Chalk Bag', 'Sling', 'Quickdraw Set', 'Belay Device', 'Helmet', 'Harness', 'Rope']),
    (3, 'FTW',  24.0,  260.0, ['Insole', 'Sandal', 'Hut Slipper', 'Trail Shoe', 'Approach Shoe', 'Hiking Shoe', 'Trekking Boot', 'Mountain Boot']),
    (4, 'CLO',  10.0,  340.0, ['Sock', 'Beanie', 'Base Layer', 'Shirt', 'Fleece', 'Trousers', 'Softshell', 'Rain Jacket']),
    (5, 'WIN',  16.0,  620.0, ['Wax', 'Goggles', 'Gloves', 'Gaiters', 'Snowshoes', 'Ski Pole Set', 'Ski Boot', 'Touring Ski']),
    (6, 'BIK',   6.0,  420.0, ['Tube', 'Bottle Cage', 'Light', 'Lock', 'Pannier', 'Bike Helmet', 'Wheel', 'Child Trailer']),
    (7, 'FUD',   2.5,  150.0, ['Energy Bar', 'Trail Meal', 'Spork', 'Gas Cartridge', 'Bottle', 'Pot', 'Stove', 'Cool Box'])
  ) AS t (category, prefix, cheapest, dearest, kinds)
), ranks AS (
  SELECT *, r::INTEGER AS price_rank, ['Ullin', 'Marra', 'Quell', 'Osk', 'Fenby', 'Torvin', 'Halda'][r % 7 + 1] AS series
  FROM categories, range(56) AS t (r)
)
SELECT category, price_rank, prefix || '-' || printf('%04d', 1000 + price_rank * 37 % 56 * 17) AS product_code,
  series || ' ' || kinds[price_rank // 7 + 1] AS product_name,
  round(cheapest * pow(dearest / cheapest, price_rank / 55.0), 1) - 0.05 AS price
FROM ranks
ORDER BY category, price_rank;
