-- model:   features.totals
-- purpose: the base of all shares: customers and their revenue
-- grain:   one row
-- reads:   features.rfm
-- params:  none
-- columns: customers BIGINT   customers with a sale
--          revenue   DECIMAL  sum of monetary, exact
SELECT count(*) AS customers, coalesce(sum(monetary), 0) AS revenue
FROM features.rfm
ORDER BY customers
