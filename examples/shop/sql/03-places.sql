-- table:   places
-- purpose: where the customers live
-- grain:   one row per city
-- columns: city, region, country · weight INTEGER relative number of customers · income INTEGER typical yearly household income, EUR
CREATE TABLE places AS
SELECT *, (sum(weight) OVER (ORDER BY city) - weight) / sum(weight) OVER ()::DOUBLE AS weight_from, sum(weight) OVER (ORDER BY city) / sum(weight) OVER ()::DOUBLE AS weight_to
FROM (VALUES
  ('Aachen', 'North Rhine-Westphalia', 'Germany', 4, 38000),     ('Amsterdam', 'North Holland', 'Netherlands', 9, 45000),
  ('Antwerp', 'Flanders', 'Belgium', 5, 40000),                  ('Bern', 'Bern', 'Switzerland', 3, 68000),
  ('Bremen', 'Bremen', 'Germany', 4, 37000),                     ('Cologne', 'North Rhine-Westphalia', 'Germany', 9, 42000),
  ('Dresden', 'Saxony', 'Germany', 5, 35000),                    ('Eindhoven', 'North Brabant', 'Netherlands', 5, 42000),
  ('Freiburg', 'Baden-Wuerttemberg', 'Germany', 6, 43000),       ('Ghent', 'Flanders', 'Belgium', 4, 40000),
  ('Graz', 'Styria', 'Austria', 4, 39000),                       ('Grenoble', 'Auvergne-Rhone-Alpes', 'France', 4, 38000),
  ('Hamburg', 'Hamburg', 'Germany', 10, 46000),                  ('Innsbruck', 'Tyrol', 'Austria', 5, 41000),
  ('Leipzig', 'Saxony', 'Germany', 6, 34000),                    ('Lyon', 'Auvergne-Rhone-Alpes', 'France', 4, 41000),
  ('Munich', 'Bavaria', 'Germany', 14, 55000),                   ('Rotterdam', 'South Holland', 'Netherlands', 6, 40000),
  ('Salzburg', 'Salzburg', 'Austria', 3, 42000),                 ('Strasbourg', 'Grand Est', 'France', 3, 36000),
  ('Stuttgart', 'Baden-Wuerttemberg', 'Germany', 8, 51000),      ('Utrecht', 'Utrecht', 'Netherlands', 5, 46000),
  ('Vienna', 'Vienna', 'Austria', 8, 43000),                     ('Zurich', 'Zurich', 'Switzerland', 5, 82000)
) AS t (city, region, country, weight, income)
ORDER BY city;
