"""Order lines of a made-up shop whose customers belong to eight planted groups, as one Parquet file in the order of time.

usage: python order_lines.py ROWS CUSTOMERS FILE

Every value is a function of hash(row or order, purpose), so any number of threads makes the same rows. A warehouse export lies in the
order of time and not by customer, and so does this file: grouping by customer is real work. Three lines in a hundred name no customer
(guests), two orders in a hundred are cancelled, a few prices are forty times too high.
"""
import os
import sys

import duckdb

SEED = 7
LINES_PER_ORDER = 2.5
WEEKS = 104

# One row per group: share of the customers and of the orders; price (mean and standard deviation of its logarithm), shares of orders with a
# discount, of lines sent back, of orders by phone and at weekends; how long quantities get; how many of the twelve categories are bought; and
# the part of the two years in which the group buys (0-1).
GROUPS = [
    # name            customers orders  price    sd   disc  back  phone  wkend  qty  cat  from  to
    ("champions",     0.08, 0.28,       3.6,     0.5, 0.05, 0.03, 0.45,  0.28,  1.5, 12,  0.00, 1.00),
    ("bargain",       0.15, 0.19,       2.4,     0.5, 0.75, 0.06, 0.55,  0.40,  1.2, 8,   0.00, 1.00),
    ("one_off",       0.25, 0.05,       3.3,     0.7, 0.20, 0.05, 0.60,  0.30,  1.0, 3,   0.00, 1.00),
    ("big_ticket",    0.07, 0.05,       5.9,     0.4, 0.08, 0.10, 0.25,  0.35,  1.0, 2,   0.00, 1.00),
    ("seasonal_gift", 0.15, 0.10,       3.5,     0.5, 0.30, 0.15, 0.50,  0.45,  2.0, 5,   0.80, 1.00),
    ("lapsed",        0.12, 0.12,       3.2,     0.6, 0.25, 0.04, 0.30,  0.28,  1.3, 6,   0.00, 0.45),
    ("new_mobile",    0.10, 0.11,       3.0,     0.5, 0.35, 0.05, 0.95,  0.35,  1.1, 6,   0.75, 1.00),
    ("business",      0.08, 0.10,       4.1,     0.4, 0.10, 0.01, 0.10,  0.05,  9.0, 4,   0.00, 1.00),
]  # fmt: skip

GROUP_COLUMNS = """id INTEGER, name VARCHAR, customer_share DOUBLE, order_share DOUBLE, log_price DOUBLE, log_price_sd DOUBLE, discounted DOUBLE,
sent_back DOUBLE, by_phone DOUBLE, at_weekend DOUBLE, pieces DOUBLE, categories INTEGER, begins DOUBLE, ends DOUBLE"""


def macros(customers):
    return f"""
CREATE MACRO draw(key, purpose) AS ((hash(key * 64 + purpose + {SEED * 1_000_003}) >> 11)::DOUBLE / 9007199254740992.0);
CREATE MACRO normal_draw(key, purpose) AS sqrt(-2 * ln(draw(key, purpose) + 1e-15)) * cos(2 * pi() * draw(key, purpose + 1));
CREATE MACRO customer_number(place) AS (place * 7919) % {customers} + 1;
"""


def group_ranges(customers):
    """Each group holds a run of places among the customers, and a slice of 0-1 from which orders are drawn."""
    return f"""
CREATE TABLE ranges AS
SELECT *,
  sum(order_share) OVER upto - order_share AS slice_from,
  sum(order_share) OVER upto AS slice_to,
  floor((sum(customer_share) OVER upto - customer_share) * {customers})::BIGINT AS first_place,
  floor(customer_share * {customers})::BIGINT AS places
FROM groups WINDOW upto AS (ORDER BY id)
"""


def lines(rows):
    """An order outside of its group's time goes to the champions (id 0). Within a group few customers order much: the power 1.3."""
    return f"""
WITH line AS (
  SELECT n, n * 2 // 5 AS o, (n * 2 // 5)::DOUBLE / ({rows} / {LINES_PER_ORDER}) AS moment FROM range({rows}) AS r(n)
), owned AS (
  SELECT line.*, CASE WHEN g.id IS NULL OR moment < g.begins OR moment > g.ends THEN 0 ELSE g.id END AS id
  FROM line LEFT JOIN ranges AS g ON draw(o, 1) >= g.slice_from AND draw(o, 1) < g.slice_to
), placed AS (
  SELECT *, first_place + floor(pow(draw(o, 2), 1.3) * places)::BIGINT AS place FROM owned JOIN ranges USING (id)
)
SELECT
  o + 1 AS order_id,
  CASE WHEN draw(o, 3) >= 0.03 THEN customer_number(place) END AS customer_id,
  TIMESTAMP '2023-01-01'
    + to_days(floor(moment * {WEEKS})::INTEGER * 7
      + CASE WHEN draw(o, 4) < at_weekend THEN 5 + (draw(o, 5) < 0.5)::INTEGER ELSE floor(draw(o, 5) * 5)::INTEGER END)
    + to_seconds(floor(draw(o, 6) * 86400)::BIGINT) AS order_ts,
  floor((draw(place, 7) * 12 + floor(draw(n, 8) * categories)) % 12)::INTEGER + 1 AS category_id,
  (1 + floor(-ln(1 - draw(n, 9)) * (pieces - 0.8)))::INTEGER AS quantity,
  round(exp(log_price + log_price_sd * normal_draw(n, 10)) * CASE WHEN draw(n, 12) < 0.0005 THEN 40 ELSE 1 END, 2)::DOUBLE AS unit_price,
  (CASE WHEN draw(o, 13) < discounted THEN round(0.05 + draw(o, 14) * 0.4, 2) ELSE 0 END)::DOUBLE AS discount,
  CASE WHEN draw(o, 15) < by_phone THEN 'mobile' WHEN draw(o, 16) < 0.8 THEN 'web' ELSE 'store' END AS channel,
  CASE WHEN draw(o, 17) < 0.02 THEN 'cancelled' WHEN draw(n, 18) < sent_back THEN 'returned' ELSE 'complete' END AS status
FROM placed
"""


def main():
    rows, customers, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = true; SET memory_limit = '6GB'")
    con.execute(f"CREATE TABLE groups ({GROUP_COLUMNS})")
    con.executemany(f"INSERT INTO groups VALUES ({', '.join('?' * 14)})", [(i, *group) for i, group in enumerate(GROUPS)])
    con.execute(macros(customers))
    con.execute(group_ranges(customers))
    # Under its name only once it is whole: a run that was stopped leaves no half a data set.
    con.execute(f"COPY ({lines(rows)}) TO '{path}.part' (FORMAT parquet, COMPRESSION zstd)")
    os.replace(f"{path}.part", path)


main()
