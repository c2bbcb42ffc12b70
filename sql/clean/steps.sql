-- model:   clean.steps
-- purpose: the decision log: what each policy met, removed and changed, and what that did to the net value
-- grain:   one row per policy, in order
-- reads:   quality.transactions, clean.policies, clean.decisions
-- params:  none
-- columns: rule         VARCHAR  name of the rule
--          policy       VARCHAR  what it does
--          matched      BIGINT   lines the policy met
--          removed      BIGINT   lines it removed
--          changed      BIGINT   lines it turned into returns
--          negated      BIGINT   of these, cancellations whose positive quantity it negated
--          rows_before  BIGINT   lines before it
--          rows_after   BIGINT   lines after it
--          value_before DECIMAL  sum of quantity x unit_price before it
--          value_after  DECIMAL  the same after it
WITH whole AS (
  SELECT count(*) AS lines, coalesce(sum(quantity * unit_price), 0) AS value
  FROM quality.transactions
), effects AS (
  SELECT
    position,
    count(*)                                       AS matched,
    count(*) FILTER (WHERE position = removed_at)  AS removed,
    count(*) FILTER (WHERE policy = 'net')         AS changed,
    count(*) FILTER (WHERE policy = 'net' AND negated) AS negated,
    sum(coalesce(CASE
      WHEN position = removed_at AND negated THEN amount
      WHEN position = removed_at THEN -amount
      WHEN policy = 'net' AND negated THEN -2 * amount
    END, 0)) AS gained
  FROM clean.decisions
  GROUP BY position
), sums AS (
  SELECT
    p.position, p.rule, p.policy,
    coalesce(e.matched, 0) AS matched,
    coalesce(e.removed, 0) AS removed,
    coalesce(e.changed, 0) AS changed,
    coalesce(e.negated, 0) AS negated,
    w.lines - sum(coalesce(e.removed, 0)) OVER so_far AS rows_after,
    w.value + sum(coalesce(e.gained, 0)) OVER so_far  AS value_after,
    coalesce(e.gained, 0) AS gained
  FROM clean.policies AS p
  CROSS JOIN whole AS w
  LEFT JOIN effects AS e ON e.position = p.position
  WINDOW so_far AS (ORDER BY p.position ROWS UNBOUNDED PRECEDING)
)
SELECT
  rule, policy, matched, removed, changed, negated,
  (rows_after + removed)::BIGINT AS rows_before,
  rows_after::BIGINT             AS rows_after,
  value_after - gained           AS value_before,
  value_after
FROM sums
ORDER BY position
