import { rowsOut } from '../../support/rows';

const transactions = {
  columns: ['row_id', 'pid', 'order_id', 'quantity', 'unit_price'],
  rows: [
    [1, 'a', '1', 2, 5], //      10
    [2, 'a', '1', 1, 0], //      free
    [3, null, '2', 3, 1], //     3, no customer
    [4, 'b', 'C1', -2, 5], //   -10, cancelled
    [5, 'b', '3', -1, 2], //    -2, not cancelled
    [6, 'b', '3', 0, 7], //      no units
    [7, null, 'A1', 1, -50], // -50, bad debt
    [8, 'c', null, 1, 4], //     4, no order
  ],
};
const facts = async (cancellation: string | null, bad_debt: string | null): Promise<Record<string, unknown>> => {
  const [row] = await rowsOut(
    'quality/transaction_facts',
    { 'extract.transactions': transactions },
    { cancellation, bad_debt },
  );
  // sums are exact decimals, as text
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
};

it('quality/transaction_facts: counts and sums before any cleaning', async () => {
  expect(await facts('^C', '^A')).toEqual({
    negative_quantity_rows: 2,
    zero_quantity_rows: 1,
    negative_price_rows: 1,
    zero_price_rows: 1,
    rows_with_customer: 6,
    customers: 3,
    orders: 5,
    revenue: -45,
    revenue_with_customer: 2,
    cancellation_rows: 1,
    cancelled_orders: 1,
    negative_quantity_not_cancelled: 1,
    revenue_not_cancelled: -35,
    rows_with_customer_not_cancelled: 5,
    revenue_with_customer_not_cancelled: 12,
    customers_not_cancelled: 3,
    bad_debt_rows: 1,
  });
});

it('quality/transaction_facts: without patterns nothing is a cancellation or bad debt', async () => {
  expect(await facts(null, null)).toMatchObject({
    cancellation_rows: 0,
    bad_debt_rows: 0,
    negative_quantity_not_cancelled: 2,
    revenue_not_cancelled: -45,
    customers_not_cancelled: 3,
  });
});
