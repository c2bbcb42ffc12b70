import { checkContract, type ColumnConfig } from '../../../src/core/extract/contract';
import { editDistance, nearNames } from '../../../src/core/extract/edit-distance';
import { declaredColumns, rowRules } from '../../../src/core/extract/columns';
import { assertNoRowLost } from '../../../src/core/extract/summary';
import fc from 'fast-check';
import { COLUMNS, configWith } from '../../activities/extract-support';

describe('edit distance', () => {
  it('is that of the textbook', () => {
    // kitten → sitten → sittin → sitting
    expect([editDistance('kitten', 'sitting'), editDistance('', 'abc'), editDistance('abc', 'abc')]).toEqual([3, 3, 0]);
  });

  it('is a metric', () => {
    const word = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it('finds what a column may have been renamed to, nearest first, and nothing far off', () => {
    expect(nearNames('CustomerID', ['customer_id', 'Country', 'CUSTOMER_ID_OLD', 'x'])).toEqual([
      'customer_id',
      'CUSTOMER_ID_OLD',
    ]);
    expect(nearNames('Quantity', ['UnitPrice', 'Country'])).toEqual([]);
  });
});

describe('contract', () => {
  const column = (from: string, type: ColumnConfig['type']): ColumnConfig => ({ from, type, required: false });

  it('places columns by name and lists the others', () => {
    const { placed, extra } = checkContract(
      'x',
      [
        ['a', column('A', 'text')],
        ['b', column('B', 'integer')],
      ],
      [
        { name: 'z', type: 'DATE' },
        { name: 'B', type: 'SMALLINT' },
        { name: 'A', type: 'VARCHAR' },
      ],
    );
    expect(placed.map(({ name, position }) => [name, position])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(extra).toEqual(['z']);
  });

  it.each<[ColumnConfig['type'], string, boolean]>([
    ['text', 'HUGEINT', true],
    ['text', 'DECIMAL(12,0)', true],
    ['text', 'DOUBLE', false],
    ['text', 'DECIMAL(12,2)', false],
    ['text', 'BLOB', false],
    ['integer', 'UBIGINT', true],
    ['integer', 'DOUBLE', false],
    ['integer', 'DECIMAL(9,2)', false],
    ['integer', 'VARCHAR', false],
    ['decimal', 'FLOAT', true],
    ['decimal', 'INTEGER', true],
    ['decimal', 'VARCHAR', false],
    ['timestamp', 'TIMESTAMP WITH TIME ZONE', true],
    ['timestamp', 'TIMESTAMP_NS', true],
    ['timestamp', 'TIME', false],
    ['date', 'TIMESTAMP', true],
    ['boolean', 'BOOLEAN', true],
    ['boolean', 'INTEGER', false],
  ])('reads %s from %s: %s', (declared, stored, allowed) => {
    const run = (): unknown => checkContract('x', [['a', column('a', declared)]], [{ name: 'a', type: stored }]);
    if (allowed) expect(run).not.toThrow();
    else
      expect(run).toThrow(
        expect.objectContaining({
          code: 'COLUMN_TYPE',
          details: { file: 'x', column: 'a', stored, declared },
        }) as Error,
      );
  });

  it('reads a price that is declared as an integer from whole numbers only', () => {
    const columns = { ...COLUMNS, unit_price: { from: 'price', type: 'integer' } };
    const declared = declaredColumns(
      'transactions',
      configWith({ path: 'x', format: 'csv', columns }).sources.transactions,
    );
    const price = declared.filter(([name]) => name === 'unit_price');
    expect(price).toMatchObject([['unit_price', { type: 'decimal' }]]);
    expect(() => checkContract('x', price, [{ name: 'price', type: 'BIGINT' }])).not.toThrow();
    for (const stored of ['DOUBLE', 'DECIMAL(9,2)'])
      expect(() => checkContract('x', price, [{ name: 'price', type: stored }])).toThrow(
        expect.objectContaining({
          code: 'COLUMN_TYPE',
          details: { file: 'x', column: 'price', stored, declared: 'integer' },
        }) as Error,
      );
  });

  it('keeps the order of the role, then of the names, whatever the order in the config', () => {
    const columns = {
      zeta: { from: 'z', type: 'text' },
      ...Object.fromEntries(Object.entries(COLUMNS).reverse()),
      alpha: { from: 'a', type: 'text' },
    };
    const { transactions } = configWith({ path: 'x', format: 'csv', columns }).sources;
    expect(declaredColumns('transactions', transactions).map(([name]) => name)).toEqual([
      ...Object.keys(COLUMNS),
      'alpha',
      'zeta',
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a reserved name', { columns: { ...COLUMNS, row_id: { from: 'x', type: 'text' } } }],
    ['a text quantity', { columns: { ...COLUMNS, quantity: { from: 'x', type: 'text' } } }],
    ['a freshness column that is not mapped', { freshness: { column: 'nowhere', maxAgeMonths: 6 } }],
    ['a freshness column that is no date', { freshness: { column: 'order_id', maxAgeMonths: 6 } }],
  ])('refuses %s', (_, source) => {
    const { transactions } = configWith({ path: 'x', format: 'csv', ...source }).sources;
    expect(() => rowRules('transactions', transactions, true)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });
});

it('notices a lost row and a row from nowhere', () => {
  const rejected = [{ reason: 'stale', rows: 3 }];
  expect(() => assertNoRowLost({ role: 'transactions', rowsIn: 10, kept: 7, rejected })).not.toThrow();
  for (const kept of [6, 8])
    expect(() => assertNoRowLost({ role: 'transactions', rowsIn: 10, kept, rejected })).toThrow(
      expect.objectContaining({ code: 'ROWS_LOST' }) as Error,
    );
});
