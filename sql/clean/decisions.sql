-- model:   clean.decisions
-- purpose: which policy met which line: a line is met by every policy up to and including the first that removes it
-- grain:   one row per line and policy that met it; lines no policy met are not here
-- reads:   quality.transactions, clean.policies, clean.missing_customers, clean.incomplete_lines, clean.bad_debt, clean.non_products,
--          clean.exact_duplicates, clean.cancellations, clean.zero_prices, clean.negative_prices, clean.negative_quantities
-- params:  none
-- columns: row_id     BIGINT   the line
--          position   INTEGER  place of the policy in the order of application
--          rule       VARCHAR  name of the rule
--          policy     VARCHAR  what it does
--          removed_at INTEGER  position of the policy that removes the line; null: it stays
--          amount     DECIMAL  quantity x unit_price as exported
--          negated    BOOLEAN  from here on the quantity counts with the other sign: a cancellation exported with a positive one, policy net
-- note:    clean.policies holds position, rule, policy and removes (does it take the lines it meets?). Each list of lines is a model
--          of its own over all lines; this ranking applies the policies in order, in one pass
WITH matches AS (
  SELECT 'missingCustomers' AS rule, row_id FROM clean.missing_customers
  UNION ALL SELECT 'incompleteLines', row_id FROM clean.incomplete_lines
  UNION ALL SELECT 'badDebt', row_id FROM clean.bad_debt
  UNION ALL SELECT 'nonProducts', row_id FROM clean.non_products
  UNION ALL SELECT 'exactDuplicates', row_id FROM clean.exact_duplicates
  UNION ALL SELECT 'cancellations', row_id FROM clean.cancellations
  UNION ALL SELECT 'zeroPrices', row_id FROM clean.zero_prices
  UNION ALL SELECT 'negativePrices', row_id FROM clean.negative_prices
  UNION ALL SELECT 'negativeQuantities', row_id FROM clean.negative_quantities
), ranked AS (
  SELECT
    m.row_id, p.position, p.rule, p.policy,
    min(p.position) FILTER (WHERE p.removes) OVER (PARTITION BY m.row_id) AS removed_at
  FROM matches AS m
  JOIN clean.policies AS p ON p.rule = m.rule
), met AS (
  SELECT * FROM ranked WHERE removed_at IS NULL OR position <= removed_at
)
SELECT
  m.row_id, m.position, m.rule, m.policy, m.removed_at,
  t.quantity * t.unit_price AS amount,
  bool_or(m.policy = 'net' AND coalesce(t.quantity > 0, false)) OVER (PARTITION BY m.row_id ORDER BY m.position) AS negated
FROM met AS m
JOIN quality.transactions AS t ON t.row_id = m.row_id
ORDER BY m.row_id, m.position
