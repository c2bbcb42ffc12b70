import { clean } from '../../src/activities/clean';
import type { CleanReport } from '../../src/contracts/reports';
import { configOf, createBench, linesSelect, type Bench, type LineRow } from './clean-support';

const AT = '2024-03-01 10:00:00';
const FULL = {
  badDebt: { orderPattern: '^A' },
  nonProducts: { codePattern: '^(POST|M)$' },
  cancellations: { orderPattern: '^C' },
};
const ROWS: readonly LineRow[] = [
  [1, 'a', '1', 'P1', 2, '5.00', AT, 'Tea cup'], //        stays: 10.00
  [2, 'a', '1', 'P1', 2, '5.00', AT, 'Tea cup'], //        copy of 1
  [3, null, '2', 'P1', 1, '4.00', AT], //                  no customer
  [4, null, '2', 'P1', 1, '4.00', AT], //                  no customer, and copy of 3
  [5, 'a', 'A9', 'B', 1, '100.00', AT], //                 bad debt
  [6, 'a', '1', 'POST', 1, '3.00', AT], //                 postage
  [7, 'a', 'C3', 'P1', -1, '5.00', AT, 'Tea cup'], //      cancellation: -5.00
  [8, 'a', 'C4', 'P2', 1, '2.00', AT, 'Red bag'], //       cancellation written without its sign: -2.00
  [9, 'b', '5', 'P3', 1, '0.00', AT], //                   free
  [10, 'b', '5', 'P3', 1, '-1.00', AT], //                 negative price
  [11, 'b', '5', 'P3', -4, '1.00', AT], //                 negative quantity, no cancellation
  [12, 'b', '5', 'P3', 3, '1.50', AT], //                  stays: 4.50
  [13, 'b', null, 'P3', 3, '1.50', AT], //                 no order
  [14, 'c', 'C6', 'M', -1, '9.00', AT], //                 manual correction of a cancelled order: no product
];
const value = (rows: readonly LineRow[]): number => rows.reduce((sum, row) => sum + Number(row[4]) * Number(row[5]), 0);

describe('clean', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.dispose());

  const cleanRows = async (rows: readonly LineRow[], cleaning: Record<string, unknown> = FULL, features: Record<string, unknown> = {}) => {
    const transactions = await bench.artifact('quality.transactions', linesSelect(rows));
    return bench.stage(clean, configOf({ cleaning, features }), { 'quality.transactions': transactions });
  };

  it('applies the policies in order and counts what each met, removed and changed', async () => {
    const output = await cleanRows(ROWS);
    const report = await bench.artifacts.readJson<CleanReport>(output.outputs['clean.report']);
    const log = report.steps.map(({ rule, policy, matched, removed, changed, rowsBefore, rowsAfter }) => [rule, policy, matched, removed, changed, rowsBefore, rowsAfter]);
    expect(log).toEqual([
      ['missingCustomers', 'drop', 2, 2, 0, 14, 12],
      ['incompleteLines', 'drop', 1, 1, 0, 12, 11],
      ['badDebt', 'drop', 1, 1, 0, 11, 10],
      ['nonProducts', 'drop', 2, 2, 0, 10, 8], // 14 is met here, so the cancellations do not meet it any more
      ['exactDuplicates', 'drop', 1, 1, 0, 8, 7], // 4 left with its rule, not as a duplicate
      ['cancellations', 'net', 2, 0, 2, 7, 7],
      ['zeroPrices', 'drop', 1, 1, 0, 7, 6],
      ['negativePrices', 'drop', 1, 1, 0, 6, 5],
      ['negativeQuantities', 'drop', 1, 1, 0, 5, 4],
    ]);
    expect([report.rowsIn, report.rowsOut, report.customers]).toEqual([14, 4, 2]);
    expect(output.warnings).toEqual([expect.stringContaining('1 lines of cancellations have a positive quantity')]);
  });

  it('carries the net value from step to step, to the sum of the lines that stay', async () => {
    const output = await cleanRows(ROWS);
    const { steps } = await bench.artifacts.readJson<CleanReport>(output.outputs['clean.report']);
    expect(Number(steps[0].valueBefore)).toBeCloseTo(value(ROWS), 9);
    steps.slice(1).forEach((step, i) => expect(step.valueBefore).toBe(steps[i].valueAfter));
    // the sign of line 8 turns 2.00 into -2.00: 4.00 less
    const cancellations = steps.find(({ rule }) => rule === 'cancellations');
    expect(Number(cancellations?.valueAfter) - Number(cancellations?.valueBefore)).toBeCloseTo(-4, 9);
    expect(steps.at(-1)?.valueAfter).toBe('7.5000'); // 10.00 - 5.00 - 2.00 + 4.50
    const [{ amount }] = await bench.query<{ amount: string }>(output.outputs, 'SELECT sum(amount) AS amount FROM clean.lines');
    expect(amount).toBe('7.5000');
  });

  it('keeps every line either in lines or in removed, with the first rule that takes it', async () => {
    const { outputs } = await cleanRows(ROWS);
    expect(await bench.query(outputs, 'SELECT row_id, quantity, amount, kind FROM clean.lines ORDER BY row_id')).toEqual([
      { row_id: 1, quantity: 2, amount: '10.0000', kind: 'sale' },
      { row_id: 7, quantity: -1, amount: '-5.0000', kind: 'return' },
      { row_id: 8, quantity: -1, amount: '-2.0000', kind: 'return' },
      { row_id: 12, quantity: 3, amount: '4.5000', kind: 'sale' },
    ]);
    const removed = await bench.query<{ row_id: number; rule: string }>(outputs, 'SELECT row_id, rule FROM clean.removed ORDER BY row_id');
    expect(removed.map(({ row_id, rule }) => [row_id, rule])).toEqual([
      [2, 'exactDuplicates'], [3, 'missingCustomers'], [4, 'missingCustomers'], [5, 'badDebt'], [6, 'nonProducts'],
      [9, 'zeroPrices'], [10, 'negativePrices'], [11, 'negativeQuantities'], [13, 'incompleteLines'], [14, 'nonProducts'],
    ]);
  });

  it('counts no order of which only returns are left', async () => {
    const { outputs } = await cleanRows(ROWS);
    expect(await bench.query(outputs, 'SELECT pid, order_id, ordered_on, lines, units, amount FROM clean.orders')).toEqual([
      { pid: 'a', order_id: '1', ordered_on: '2024-03-01', lines: 1, units: 2, amount: '10.0000' },
      { pid: 'b', order_id: '5', ordered_on: '2024-03-01', lines: 1, units: 3, amount: '4.5000' },
    ]);
  });

  it('keeps what the config keeps, still counting what the rule met, and says nothing of rules that are not configured', async () => {
    const output = await cleanRows(ROWS, { exactDuplicates: 'keep', zeroPrices: 'keep', negativePrices: 'keep', negativeQuantities: 'net' });
    const { steps, rowsOut } = await bench.artifacts.readJson<CleanReport>(output.outputs['clean.report']);
    expect(steps.map(({ rule, policy, matched, removed, changed }) => [rule, policy, matched, removed, changed])).toEqual([
      ['missingCustomers', 'drop', 2, 2, 0],
      ['incompleteLines', 'drop', 1, 1, 0],
      ['exactDuplicates', 'keep', 1, 0, 0],
      ['zeroPrices', 'keep', 1, 0, 0],
      ['negativePrices', 'keep', 1, 0, 0],
      ['negativeQuantities', 'net', 3, 0, 3], // 7, 11 and 14: without a pattern there are no cancellations
    ]);
    expect(rowsOut).toBe(11);
    const returns = await bench.query(output.outputs, "SELECT row_id, amount FROM clean.lines WHERE kind = 'return' ORDER BY row_id");
    expect(returns).toEqual([{ row_id: 7, amount: '-5.0000' }, { row_id: 11, amount: '-4.0000' }, { row_id: 14, amount: '-9.0000' }]);
  });

  it('leaves no trace of a cancellation under the policy drop', async () => {
    const { outputs } = await cleanRows(ROWS, { ...FULL, cancellations: { orderPattern: '^C', policy: 'drop' } });
    expect(await bench.query(outputs, 'SELECT row_id FROM clean.lines ORDER BY row_id')).toEqual([{ row_id: 1 }, { row_id: 12 }]);
  });

  it('reverses the negated value where a later rule removes the line', async () => {
    // a cancellation of 1 unit at -3.00 without its sign: 1 x -3 → -1 x -3 = 3, then the negative price goes: 0
    const output = await cleanRows([[1, 'a', '1', 'P', 1, '8.00', AT], [2, 'a', 'C2', 'P', 1, '-3.00', AT]], FULL);
    const { steps } = await bench.artifacts.readJson<CleanReport>(output.outputs['clean.report']);
    const values = new Map(steps.map(({ rule, valueBefore, valueAfter }) => [rule, [valueBefore, valueAfter]]));
    expect(values.get('cancellations')).toEqual(['5.0000', '11.0000']);
    expect(values.get('negativePrices')).toEqual(['11.0000', '8.0000']);
  });

  it('puts each line in the first category whose pattern matches, whatever the case, and the rest in other', async () => {
    const categories = [{ name: 'tea', label: 'Tea', pattern: 'tea|cup' }, { name: 'bags', label: 'Bags', pattern: 'bag|tea' }];
    const rows: LineRow[] = [
      [1, 'a', '1', 'P1', 1, '1.00', AT, 'TEA BAG'],
      [2, 'a', '1', 'P2', 1, '1.00', AT, 'Red Bag'],
      [3, 'a', '1', 'P3', 1, '2.00', AT, 'Candle'],
      [4, 'a', '1', 'P4', 1, '1.00', AT, null],
    ];
    const output = await cleanRows(rows, {}, { productMix: { column: 'product_name', categories } });
    const lines = await bench.query<{ category: string }>(output.outputs, 'SELECT category FROM clean.lines ORDER BY row_id');
    expect(lines.map(({ category }) => category)).toEqual(['tea', 'bags', 'other', 'other']);
    expect(output.facts.categories).toEqual([{ category: 'bags', share: 0.2 }, { category: 'other', share: 0.6 }, { category: 'tea', share: 0.2 }]);
  });

  it('leaves category empty without a mapping, and country where it is not declared', async () => {
    const bare = await bench.artifact('quality.transactions', `SELECT * EXCLUDE (country, product_name), 'web' AS channel FROM (${linesSelect([[1, 'a', '1', 'P1', 1, '1.00', AT]])})`);
    const { outputs } = await bench.stage(clean, configOf(), { 'quality.transactions': bare });
    expect(await bench.query(outputs, 'SELECT * EXCLUDE (ordered_at) FROM clean.lines')).toEqual([
      { row_id: 1, pid: 'a', order_id: '1', product_code: 'P1', quantity: 1, unit_price: '1.0000', amount: '1.0000', kind: 'sale', category: null, country: null, channel: 'web' },
    ]);
  });

  it('replaces a declared column that has the name of a computed one, and warns', async () => {
    const rows = await bench.artifact('quality.transactions', `SELECT *, 'gift' AS kind FROM (${linesSelect([[1, 'a', '1', 'P1', 1, '1.00', AT]])})`);
    const columns = { ...configOf().sources.transactions.columns, kind: { from: 'kind', type: 'text' } };
    const { outputs, warnings } = await bench.stage(clean, configOf({ transactions: { columns } }), { 'quality.transactions': rows });
    expect(await bench.query(outputs, 'SELECT kind FROM clean.lines')).toEqual([{ kind: 'sale' }]);
    expect(warnings).toEqual([expect.stringContaining('kind is replaced')]);
  });

  it('keeps the newest row of a customer by the source clock, and lists the others as removed', async () => {
    const transactions = await bench.artifact('quality.transactions', linesSelect([[1, 'a', '1', 'P1', 1, '1.00', AT]]));
    const customers = await bench.artifact('quality.customers', `SELECT row_id::BIGINT AS row_id, pid::VARCHAR AS pid, city, seen::DATE AS seen FROM (VALUES
      (1, 'a', 'Bonn', '2024-02-01'), (2, 'a', 'Aachen', '2024-01-01'), (3, 'b', 'Kiel', NULL), (4, NULL, 'Ulm', '2024-03-01'), (5, 'a', 'Celle', NULL)) AS t(row_id, pid, city, seen)`);
    const source = { path: 'c.csv', format: 'csv', columns: { customer_id: { from: 'id', type: 'text' }, city: { from: 'city', type: 'text' }, seen: { from: 'seen', type: 'date' } } };
    const inputs = { 'quality.transactions': transactions, 'quality.customers': customers };
    const { outputs } = await bench.stage(clean, configOf({ customers: { ...source, knownAt: 'seen' } }), inputs);
    expect(await bench.query(outputs, 'SELECT * FROM clean.customers')).toEqual([{ pid: 'a', city: 'Bonn', seen: '2024-02-01' }, { pid: 'b', city: 'Kiel', seen: null }]);
    expect(await bench.query(outputs, 'SELECT source, row_id, rule FROM clean.removed ORDER BY row_id')).toEqual([
      { source: 'customers', row_id: 2, rule: 'repeatedCustomers' }, { source: 'customers', row_id: 4, rule: 'missingCustomers' }, { source: 'customers', row_id: 5, rule: 'repeatedCustomers' },
    ]);
    const { customerRows } = await bench.artifacts.readJson<CleanReport>(outputs['clean.report']);
    expect(customerRows).toEqual({ rowsIn: 5, rowsOut: 2, removed: [{ rule: 'missingCustomers', rows: 1 }, { rule: 'repeatedCustomers', rows: 2 }] });

    // without a clock the greatest row_id is the newest
    const plain = await bench.stage(clean, configOf({ customers: source }), inputs);
    expect(await bench.query(plain.outputs, "SELECT city FROM clean.customers WHERE pid = 'a'")).toEqual([{ city: 'Celle' }]);
  });

  it('writes the same bytes on one thread and on two', async () => {
    const hashes = async (threads: number) => {
      const other = createBench(threads);
      const transactions = await other.artifact('quality.transactions', linesSelect(ROWS));
      const { outputs } = await other.stage(clean, configOf({ cleaning: FULL }), { 'quality.transactions': transactions });
      await other.dispose();
      return Object.values(outputs).map(({ sha256 }) => sha256);
    };
    expect(await hashes(1)).toEqual(await hashes(2));
  });

  it('refuses a regular expression the engine does not know before any row is read', async () => {
    await expect(cleanRows(ROWS, { nonProducts: { codePattern: '^(?!P)' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('cleaning.nonProducts.codePattern') });
  });

  it('stops where no sale is left, and says which rule took how many', async () => {
    await expect(cleanRows([[1, 'a', 'C1', 'P', -1, '1.00', AT], [2, null, '1', 'P', 1, '1.00', AT]], FULL)).rejects.toMatchObject({ code: 'INSUFFICIENT_DATA', message: expect.stringContaining('missingCustomers 1') });
  });
});
