-- model:   quality.transaction_facts
-- purpose: what is unusual about the transactions, before any cleaning
-- grain:   one row
-- reads:   extract.transactions
-- params:  $cancellation VARCHAR, $bad_debt VARCHAR
-- columns: negative_quantity_rows               BIGINT
--          zero_quantity_rows                   BIGINT
--          negative_price_rows                  BIGINT
--          zero_price_rows                      BIGINT
--          rows_with_customer                   BIGINT
--          customers                            BIGINT
--          orders                               BIGINT
--          revenue                              DECIMAL  quantity x price of all rows
--          revenue_with_customer                DECIMAL
--          cancellation_rows                    BIGINT   order id matches $cancellation
--          cancelled_orders                     BIGINT
--          negative_quantity_not_cancelled      BIGINT
--          revenue_not_cancelled                DECIMAL
--          rows_with_customer_not_cancelled     BIGINT
--          revenue_with_customer_not_cancelled  DECIMAL
--          customers_not_cancelled              BIGINT
--          bad_debt_rows                        BIGINT   order id matches $bad_debt
-- note:    a null pattern matches nothing
WITH judged AS (
  SELECT
    *,
    quantity * unit_price                                                 AS amount,
    coalesce(regexp_matches(order_id, $cancellation::VARCHAR), false)     AS cancelled,
    coalesce(regexp_matches(order_id, $bad_debt::VARCHAR), false)         AS bad_debt
  FROM extract.transactions
)
SELECT
  count(*) FILTER (WHERE quantity < 0)                                     AS negative_quantity_rows,
  count(*) FILTER (WHERE quantity = 0)                                     AS zero_quantity_rows,
  count(*) FILTER (WHERE unit_price < 0)                                   AS negative_price_rows,
  count(*) FILTER (WHERE unit_price = 0)                                   AS zero_price_rows,
  count(pid)                                                               AS rows_with_customer,
  count(DISTINCT pid)                                                      AS customers,
  count(DISTINCT order_id)                                                 AS orders,
  coalesce(sum(amount), 0)                                                 AS revenue,
  coalesce(sum(amount) FILTER (WHERE pid IS NOT NULL), 0)                  AS revenue_with_customer,
  count(*) FILTER (WHERE cancelled)                                        AS cancellation_rows,
  count(DISTINCT order_id) FILTER (WHERE cancelled)                        AS cancelled_orders,
  count(*) FILTER (WHERE quantity < 0 AND NOT cancelled)                   AS negative_quantity_not_cancelled,
  coalesce(sum(amount) FILTER (WHERE NOT cancelled), 0)                    AS revenue_not_cancelled,
  count(pid) FILTER (WHERE NOT cancelled)                                  AS rows_with_customer_not_cancelled,
  coalesce(sum(amount) FILTER (WHERE NOT cancelled AND pid IS NOT NULL), 0) AS revenue_with_customer_not_cancelled,
  count(DISTINCT pid) FILTER (WHERE NOT cancelled)                         AS customers_not_cancelled,
  count(*) FILTER (WHERE bad_debt)                                         AS bad_debt_rows
FROM judged
