import { extract } from '../../src/activities/extract';
import { quality } from '../../src/activities/quality';
import type { QualityReport } from '../../src/contracts/reports';
import { configWith, createStages, project } from './extract-support';

const stages = createStages();
afterAll(() => stages.env.dispose());

const TRANSACTIONS = [
  'customer,order,product,quantity,price,at',
  'c1,o1,p1,2,1.50,2011-12-01',
  'c1,o1,p1,2,1.50,2011-12-01', // a repetition
  'c2,o2,p2,-5,2.00,2011-12-02',
  'c9,o3,p3,1,9999.00,2011-12-03', // no such customer
  ',o4,p4,1,1.00,2011-11-01',
  '',
].join('\n');
const CUSTOMERS = [
  'customer,city,country,born,updated',
  'c1,Lyon,France,1990,2011-12-01',
  'c2,Berlin,France,1985,2011-12-01', // city and country contradict each other
  'c3,Bergen,Norway,1761,2011-12-01', // aged 250
  'c4,Lyon,,1990,2012-01-01', // updated after the as-of day; no country
  '',
].join('\n');

const customers = {
  path: 'customers.csv',
  format: 'csv',
  columns: {
    customer_id: { from: 'customer', type: 'text' },
    city: { from: 'city', type: 'text' },
    country: { from: 'country', type: 'text' },
    birth_year: { from: 'born', type: 'integer' },
    updated_on: { from: 'updated', type: 'date' },
  },
};

async function check(
  checks: readonly Record<string, unknown>[],
  options: { sql?: Record<string, string>; stages?: typeof stages } = {},
) {
  const runner = options.stages ?? stages;
  const config = configWith({ path: 'transactions.csv', format: 'csv' }, { customers, quality: { checks } });
  const dir = project({ 'transactions.csv': TRANSACTIONS, 'customers.csv': CUSTOMERS });
  const { outputs: inputs } = await runner.run(extract, config, { dir });
  const output = await runner.run(quality, config, { inputs, ...(options.sql && { sql: options.sql }) });
  const report = await runner.env.artifacts.readJson<QualityReport>(output.outputs['quality.report']!);
  return { inputs, ...output, report, quarantine: await runner.rows(output.outputs['quality.quarantine']) };
}
const customer = (base: Record<string, unknown>): Record<string, unknown> => ({ source: 'customers', ...base });
const line = (base: Record<string, unknown>): Record<string, unknown> => ({ source: 'transactions', ...base });

describe('checks', () => {
  it('put a customer of 250 years and a city in the wrong country into quarantine, each with the id of its rule', async () => {
    const { quarantine, report, outputs, summary, rowsIn, rowsOut } = await check([
      customer({
        id: 'age-plausible',
        check: 'range',
        column: 'birth_year',
        min: 1900,
        max: 'asOf',
        rows: 'quarantine',
      }),
      customer({
        id: 'city-country',
        check: 'consistency',
        column: 'city',
        decides: 'country',
        valid: { Berlin: 'Germany', Lyon: 'France' },
        rows: 'quarantine',
      }),
    ]);
    expect(quarantine.map(({ rule_id, source, removed }) => ({ rule_id, source, removed }))).toEqual([
      { rule_id: 'age-plausible', source: 'customers', removed: true },
      { rule_id: 'city-country', source: 'customers', removed: true },
    ]);
    const rows = quarantine.map(({ row }) => JSON.parse(String(row)) as Record<string, unknown>);
    expect(rows[0]).toMatchObject({
      city: 'Bergen',
      birth_year: 1761,
      updated_on: '2011-12-01',
      pid: quarantine[0]?.['pid'],
    });
    expect(rows[1]).toMatchObject({ city: 'Berlin', country: 'France' });
    expect(report.quarantined).toEqual([
      { source: 'transactions', rows: 0 },
      { source: 'customers', rows: 2 },
    ]);
    expect(
      (await stages.rows(outputs['quality.customers'], 'SELECT city FROM t.t ORDER BY city')).map(({ city }) => city),
    ).toEqual(['Lyon', 'Lyon']);
    expect([summary, rowsIn, rowsOut]).toEqual(['2 checks, 2 failed; 2 rows to quarantine', 9, 7]);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['completeness', line({ check: 'completeness', column: 'customer_id' }), 1],
    ['completeness of a full column', line({ check: 'completeness', column: 'order_id' }), 0],
    ['duplicates beyond the first', line({ check: 'duplicates', columns: ['order_id', 'product_code'] }), 1],
    ['numbers below the least allowed', line({ check: 'range', column: 'quantity', min: 1 }), 1],
    ['numbers at the limits', line({ check: 'range', column: 'quantity', min: -5, max: 2 }), 0],
    ['money above the most allowed', line({ check: 'range', column: 'unit_price', max: 9998.99 }), 1],
    ['days after the as-of day', customer({ check: 'range', column: 'updated_on', max: 'asOf' }), 1],
    ['days before a date', line({ check: 'range', column: 'ordered_at', min: '2011-12-01' }), 1],
    ['a day at its end', line({ check: 'range', column: 'ordered_at', max: '2011-12-03' }), 0],
    [
      'customers nobody knows',
      line({ check: 'reference', column: 'customer_id', in: 'customers', inColumn: 'customer_id' }),
      1,
    ],
    [
      'a missing value contradicts nothing',
      customer({ check: 'consistency', column: 'city', decides: 'country', valid: { Lyon: 'Italy' } }),
      1,
    ],
    [
      'values with quotes in them',
      customer({ check: 'consistency', column: 'city', decides: 'country', valid: { "O'Fallon": "'; DROP TABLE" } }),
      0,
    ],
  ])('count offending rows: %s', async (_, spec, offending) => {
    const { report, outputs, inputs, quarantine } = await check([{ id: 'c', ...spec }]);
    expect(report.checks[0]).toMatchObject({ id: 'c', offending, passed: offending === 0 });
    expect(quarantine).toHaveLength(offending);
    expect(quarantine.every(({ removed }) => removed === false)).toBe(true);
    // Nothing is removed, so the outputs are the very same objects.
    for (const role of ['transactions', 'customers'])
      expect(outputs[`quality.${role}`]).toEqual({ ...inputs[`extract.${role}`], kind: `quality.${role}` });
  });

  it('run SQL of the project, held to the same rules', async () => {
    const own = line({ id: 'own', check: 'sql', file: 'sql/big.sql' });
    const good =
      'SELECT row_id FROM extract.transactions WHERE quantity * unit_price > 1000 AND ordered_at <= $as_of::DATE';
    expect((await check([own], { sql: { 'sql/big.sql': good } })).report.checks[0]).toMatchObject({
      offending: 1,
      tested: 5,
    });
    for (const [text, words] of [
      ['SELECT row_id FROM extract.transactions WHERE random() < 0.5', ['sql/big.sql:1', 'random()']],
      ['SELECT row_id FROM extract.transactions;\nDELETE FROM extract.transactions', ['own', '2 statements']],
      [`SELECT row_id\nFROM read_csv('x.csv')`, ['sql/big.sql:2', 'read_csv()']],
      ['SELECT 999 AS row_id', ['own', '1 rows']],
      ['SELECT nothing FROM extract.transactions', ['own', 'nothing']],
    ] as const) {
      const error = await check([own], { sql: { 'sql/big.sql': text } }).catch(
        (e: Error) => e as Error & { code?: string },
      );
      expect(error).toMatchObject({ code: 'SQL_REFUSED' });
      for (const word of words) expect((error as Error).message).toContain(word);
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['a column that is not mapped', line({ check: 'completeness', column: 'colour' })],
    ['text in a range', line({ check: 'range', column: 'order_id', min: 1 })],
    ['a date limit for a number', line({ check: 'range', column: 'quantity', min: '2011-01-01' })],
    ['a number limit for a date', line({ check: 'range', column: 'ordered_at', min: 5 })],
    ['no such day', line({ check: 'range', column: 'ordered_at', min: '2011-02-31x' })],
  ])('name a config error: %s', async (_, spec) => {
    await expect(check([{ id: 'wrong', ...spec }])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('"wrong"') as string,
    });
  });

  it('stop before all data is gone', async () => {
    await expect(
      check([line({ id: 'all', check: 'range', column: 'quantity', min: 1000, rows: 'quarantine' })]),
    ).rejects.toMatchObject({ code: 'INSUFFICIENT_DATA' });
  });
});

describe('the gate', () => {
  const rule = (maxShare: number, severity: string): Record<string, unknown> =>
    line({
      id: 'has-customer',
      check: 'completeness',
      column: 'customer_id',
      severity,
      maxShare,
      message: 'lines must name their customer',
    });

  it('stops the run above the allowed share, says which rule and how many of how many, and has written the quarantine first', async () => {
    const error = (await check([rule(0.19, 'block')]).catch((e: unknown) => e)) as {
      code: string;
      message: string;
      details: { checks: unknown[]; quarantine: { sha256: string; rows: number; bytes: number; kind: string } };
    };
    expect(error.code).toBe('QUALITY_GATE_FAILED');
    expect(error.message).toContain(
      'has-customer: 1 of 5 transactions (20 %, allowed 19 %): lines must name their customer',
    );
    expect(error.message).toContain(error.details.quarantine.sha256.slice(0, 12));
    expect(error.details.checks).toEqual([
      { id: 'has-customer', source: 'transactions', tested: 5, offending: 1, share: 0.2, maxShare: 0.19 },
    ]);
    expect(await stages.rows(error.details.quarantine)).toMatchObject([
      { rule_id: 'has-customer', source: 'transactions', pid: null },
    ]);
  });

  it('lets a share at the limit pass, and only warns where the check does not block', async () => {
    expect((await check([rule(0.2, 'block')])).warnings).toEqual([]);
    expect((await check([rule(0.1, 'warn')])).warnings).toEqual([
      'has-customer: 1 of 5 transactions (20 %, allowed 10 %): lines must name their customer',
    ]);
  });
});

it('gives the same bytes on one thread and on four', async () => {
  const rules = [
    line({ id: 'a', check: 'duplicates', columns: ['order_id'], rows: 'quarantine' }),
    line({ id: 'b', check: 'completeness', column: 'customer_id' }),
  ];
  const results = [];
  for (const threads of [1, 4]) {
    const runner = createStages(threads);
    results.push((await check(rules, { stages: runner })).outputs);
    await runner.env.dispose();
  }
  expect(results[0]).toEqual(results[1]);
});
