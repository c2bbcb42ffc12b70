-- table:   truth
-- purpose: which behaviour was planted in whom. For the comparison afterwards only: no stage of the pipeline reads it
-- grain:   one row per customer_no
-- reads:   customers
-- columns: customer_no VARCHAR · behaviour VARCHAR
CREATE TABLE truth AS
SELECT customer_number AS customer_no, behaviour FROM customers ORDER BY customer_no;
