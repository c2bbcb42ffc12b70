-- model:   clean.orders
-- purpose: the sale orders of every customer; an order of which only returns are left is none
-- grain:   one row per pid and order_id
-- reads:   clean.lines
-- params:  none
-- columns: pid        VARCHAR    pseudonym of the customer
--          order_id   VARCHAR    the order
--          ordered_at TIMESTAMP  its first line
--          ordered_on DATE       day of its first line
--          lines      BIGINT     sale lines
--          units      BIGINT     units sold
--          amount     DECIMAL    value sold, before returns
SELECT
  pid,
  order_id,
  min(ordered_at)        AS ordered_at,
  min(ordered_at)::DATE  AS ordered_on,
  count(*)               AS lines,
  sum(quantity)::BIGINT  AS units,
  sum(amount)            AS amount
FROM clean.lines
WHERE kind = 'sale'
GROUP BY pid, order_id
ORDER BY pid, order_id
