import { rowsOut } from '../../support/rows';

it('clean/coverage: sale lines and value of each category, returns and unmapped lines left out', async () => {
  const lines = {
    columns: ['row_id', 'kind', 'category', 'amount'],
    rows: [
      [1, 'sale', 'tea', 30],
      [2, 'sale', 'tea', 45],
      [3, 'sale', 'other', 25],
      [4, 'sale', 'other', -10], // counts as a line, with value 0
      [5, 'return', 'tea', -30],
      [6, 'sale', null, 99],
    ],
  };
  expect(await rowsOut('clean/coverage', { 'clean.lines': lines })).toEqual([
    { category: 'other', lines: 2, share: 0.25 },
    { category: 'tea', lines: 2, share: 0.75 },
  ]);
});

it('clean/coverage: no share where nothing of value was sold', async () => {
  const lines = { columns: ['row_id', 'kind', 'category', 'amount'], rows: [[1, 'sale', 'tea', 0]] };
  expect(await rowsOut('clean/coverage', { 'clean.lines': lines })).toEqual([
    { category: 'tea', lines: 1, share: null },
  ]);
});

describe('clean/customer_removals', () => {
  const customers = {
    columns: ['row_id', 'pid', 'updated_on'],
    rows: [
      [1, 'a', '2024-05-01'],
      [2, 'a', '2024-03-01'],
      [3, 'a', null],
      [4, 'b', '2024-01-01'],
      [5, 'b', '2024-01-01'],
      [6, null, '2024-01-01'],
      [7, null, '2024-01-01'],
    ],
  };
  const removed = (newest_by: string | null) =>
    rowsOut('clean/customer_removals', { 'quality.customers': customers }, { newest_by });

  it('keeps the newest row of a customer by date, the later one of equals, and no row without a customer', async () => {
    expect(await removed('updated_on')).toEqual([
      { row_id: 2, rule: 'repeatedCustomers', pid: 'a' },
      { row_id: 3, rule: 'repeatedCustomers', pid: 'a' },
      { row_id: 4, rule: 'repeatedCustomers', pid: 'b' },
      { row_id: 6, rule: 'missingCustomers', pid: null },
      { row_id: 7, rule: 'missingCustomers', pid: null },
    ]);
  });

  it('keeps the last row where no column says which is newer', async () => {
    expect((await removed(null)).map(({ row_id }) => row_id)).toEqual([1, 2, 4, 6, 7]);
  });
});

it('clean/incomplete_lines: a line lacks its order, quantity, price or time', async () => {
  const at = '2024-03-01 10:00:00';
  const transactions = {
    columns: ['row_id', 'pid', 'order_id', 'product_code', 'quantity', 'unit_price', 'ordered_at'],
    rows: [
      [1, 'a', 'o', 'P', 1, 1, at],
      [2, 'a', null, 'P', 1, 1, at],
      [3, 'a', 'o', 'P', null, 1, at],
      [4, 'a', 'o', 'P', 1, null, at],
      [5, 'a', 'o', 'P', 1, 1, null],
      [6, null, 'o', null, 0, 0, at], // without a customer or a product a line is whole
    ],
  };
  expect(await rowsOut('clean/incomplete_lines', { 'quality.transactions': transactions })).toEqual(
    [2, 3, 4, 5].map((row_id) => ({ row_id })),
  );
});

describe('clean/non_products', () => {
  const transactions = {
    columns: ['row_id', 'product_code'],
    rows: [
      [1, 'POST'],
      [2, 'P1'],
      [3, 'FEE-GIFT'],
      [4, null],
      [5, 'xPOST'],
    ],
  };
  it.each([
    ['^(POST|FEE-)', [1, 3]],
    [null, []],
  ])('lists the lines whose code matches %s', async (pattern, expected) => {
    expect(
      (await rowsOut('clean/non_products', { 'quality.transactions': transactions }, { pattern })).map(
        ({ row_id }) => row_id,
      ),
    ).toEqual(expected);
  });
});

it('clean/pattern: accepts a regular expression, refuses a broken one', async () => {
  expect(await rowsOut('clean/pattern', {}, { pattern: '^C' })).toEqual([{ accepted: true }]);
  await expect(rowsOut('clean/pattern', {}, { pattern: '(' })).rejects.toThrow();
});

it('clean/counts: rows in, and customers with a line left', async () => {
  const tables = {
    'quality.transactions': { columns: ['row_id'], rows: [[1], [2], [3], [4]] },
    'quality.customers': { columns: ['row_id'], rows: [[1], [2]] },
    'clean.lines': {
      columns: ['row_id', 'pid'],
      rows: [
        [1, 'a'],
        [2, 'a'],
        [3, 'b'],
      ],
    },
  };
  expect(await rowsOut('clean/counts', tables)).toEqual([{ transactions: 4, rows: 2, customers: 2 }]);
});
