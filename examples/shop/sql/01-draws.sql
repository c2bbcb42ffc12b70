-- macros:  draws
-- purpose: pseudo-random numbers that depend on (seed, kind, key) alone, so that no thread count and no row order matters
-- reads:   variable seed
-- note:    one MD5 per row gives five draws of 24 bits; no random(), no hash() (its values change between engine versions)
CREATE MACRO digest(kind, id) AS md5(getvariable('seed') || ':' || kind || ':' || id);
-- draw i = 0..4 of a digest, uniform on [0, 1)
CREATE MACRO draw(h, i) AS ('0x' || substr(h, 6 * i + 1, 6))::BIGINT / 16777216.0::DOUBLE;
-- standard normal from the draws i and i + 1 (Box and Muller); half a step keeps the logarithm finite
CREATE MACRO gauss(h, i) AS sqrt(-2 * ln(draw(h, i) + 0.5 / 16777216)) * cos(2 * pi() * draw(h, i + 1));
CREATE MACRO logistic(x) AS 1 / (1 + exp(-x));
CREATE MACRO logit(p) AS ln(p / (1 - p));
