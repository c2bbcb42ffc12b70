-- model:   features.habits
-- purpose: the twelve features of the peers in bench/peers/pipeline.py, the first six also as log1p, as they enter the model
-- grain:   one row per pid with at least one line
-- reads:   clean.lines, clean.orders
-- params:  none
-- columns: pid VARCHAR  pseudonym of the customer
--          recency, tenure, gap  DOUBLE  days since the last line, between first and last, between orders (365 with one order)
--          orders, n_categories  BIGINT  orders, categories bought
--          spent, aov  DOUBLE  value after discounts, of all lines and per order
--          top_share, discounted, sent_back, by_phone, at_weekend  DOUBLE  shares of the lines, 0-1
--          log_*  DOUBLE  ln(1 + x)
-- note:    what a line is worth is capped at the 99th percentile of all lines. The cap is rounded to the scale of the amounts, so that sums stay
--          exact. One pass over the lines: by customer and category first, then by customer
WITH worth AS (
  SELECT pid, product_code, ordered_at, discount, channel, status, quantity * unit_price * (1 - discount) AS value
  FROM clean.lines
), whole AS (
  SELECT quantile_cont(value::DOUBLE, 0.99)::DECIMAL(18, 4) AS cap, max(ordered_at) AS last_moment
  FROM worth
), per_category AS (
  SELECT
    pid,
    count(*)                                       AS lines,
    sum(least(value, cap))                         AS spent,
    min(ordered_at)                                AS oldest,
    max(ordered_at)                                AS newest,
    count(*) FILTER (WHERE discount > 0)           AS discounted,
    count(*) FILTER (WHERE status = 'returned')    AS sent_back,
    count(*) FILTER (WHERE channel = 'mobile')     AS by_phone,
    count(*) FILTER (WHERE isodow(ordered_at) >= 6) AS at_weekend
  FROM worth
  CROSS JOIN whole
  GROUP BY pid, product_code
), per_customer AS (
  SELECT
    pid,
    count(*)        AS n_categories,
    max(lines)      AS most,
    sum(lines)      AS lines,
    sum(spent)      AS spent,
    min(oldest)     AS oldest,
    max(newest)     AS newest,
    sum(discounted) AS discounted,
    sum(sent_back)  AS sent_back,
    sum(by_phone)   AS by_phone,
    sum(at_weekend) AS at_weekend
  FROM per_category
  GROUP BY pid
), ordered AS (
  SELECT pid, count(*) AS orders FROM clean.orders GROUP BY pid
), features AS (
  SELECT
    c.pid,
    date_diff('second', c.newest, w.last_moment) / 86400.0 AS recency,
    o.orders,
    c.spent::DOUBLE                                        AS spent,
    c.spent / o.orders                                  AS aov,
    date_diff('second', c.oldest, c.newest) / 86400.0      AS tenure,
    CASE WHEN o.orders > 1 THEN date_diff('second', c.oldest, c.newest) / 86400.0 / (o.orders - 1) ELSE 365.0 END AS gap,
    c.n_categories,
    c.most / c.lines       AS top_share,
    c.discounted / c.lines AS discounted,
    c.sent_back / c.lines  AS sent_back,
    c.by_phone / c.lines   AS by_phone,
    c.at_weekend / c.lines AS at_weekend
  FROM per_customer AS c
  JOIN ordered AS o ON o.pid = c.pid
  CROSS JOIN whole AS w
)
SELECT
  pid,
  recency::DOUBLE AS recency, orders, spent, aov::DOUBLE AS aov, tenure::DOUBLE AS tenure, gap::DOUBLE AS gap,
  n_categories, top_share, discounted, sent_back, by_phone, at_weekend,
  ln(1 + recency::DOUBLE)   AS log_recency,
  ln(1 + orders::DOUBLE) AS log_orders,
  ln(1 + spent)             AS log_spent,
  ln(1 + aov::DOUBLE)       AS log_aov,
  ln(1 + tenure::DOUBLE)    AS log_tenure,
  ln(1 + gap::DOUBLE)       AS log_gap
FROM features
ORDER BY pid
