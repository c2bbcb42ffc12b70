import { clean } from '../../src/activities/clean';
import { features } from '../../src/activities/features';
import type { FeaturesReport } from '../../src/contracts/features';
import { configOf, createBench, linesSelect, type Bench, type LineRow } from './clean-support';

// a: two orders 10 days apart and one return; b: one night order on a Saturday; c only returns; d bought after the as-of date
const ROWS: readonly LineRow[] = [
  [1, 'a', '1', 'P1', 2, '5.00', '2024-03-01 10:00:00', 'Tea cup', 'France'], //   10.00
  [2, 'a', '1', 'P2', 1, '6.00', '2024-03-01 10:01:00', 'Red bag', 'France'], //    6.00
  [3, 'a', '2', 'P1', 4, '1.00', '2024-03-11 09:00:00', 'Tea cup', 'Spain'], //     4.00
  [4, 'a', 'C3', 'P7', -1, '6.00', '2024-03-12 09:00:00', 'Red bag', 'France'], // -6.00, of a product the data do not show bought
  [5, 'b', '4', 'P3', 3, '10.00', '2024-01-06 23:30:00', 'Candle', null], //       30.00, 2024-01-06 is a Saturday
  [6, 'c', 'C5', 'P3', -1, '10.00', '2024-01-07 12:00:00', 'Candle', null],
  [7, 'd', '6', 'P3', 1, '10.00', '2024-03-16 00:00:00', 'Candle', null],
  [8, 'a', '7', 'P9', 1, '99.00', '2024-03-16 08:00:00', 'Candle', 'Italy'],
];
const AS_OF = '2024-03-15';
const CLEANING = { cancellations: { orderPattern: '^C' } };
const MIX = { column: 'product_name', categories: [{ name: 'tea', label: 'Tea', pattern: 'tea' }, { name: 'bags', label: 'Bags', pattern: 'bag' }] };
const OWN = { name: 'biggest_line', kind: 'amount', label: 'Biggest line' };

describe('features', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = createBench();
  });
  afterEach(() => bench.dispose());

  type Options = { features?: Record<string, unknown>; transactions?: Record<string, unknown>; rows?: readonly LineRow[]; asOf?: string; sql?: Record<string, string>; cleaning?: Record<string, unknown> };

  async function build({ features: section = {}, transactions, rows = ROWS, asOf = AS_OF, sql, cleaning = CLEANING }: Options = {}) {
    const config = configOf({ cleaning, features: section, ...(transactions ? { transactions } : {}) });
    const cleaned = await bench.stage(clean, config, { 'quality.transactions': await bench.artifact('quality.transactions', linesSelect(rows)) });
    const output = await bench.stage(features, config, cleaned.outputs, { asOf, ...(sql ? { sql } : {}) });
    const table = await bench.query<Record<string, unknown>>(output.outputs, 'SELECT * FROM features.features');
    return { output, table, report: await bench.artifacts.readJson<FeaturesReport>(output.outputs['features.report']) };
  }
  const own = (sql: string, feature: Record<string, unknown> = OWN) => build({ features: { sql: [{ file: 'own.sql', features: [feature] }] }, sql: { 'own.sql': sql } });

  it('gives the values worked out by hand, blind to everything after the as-of date', async () => {
    const { table } = await build();
    expect(table).toEqual([
      {
        pid: 'a',
        recency_days: 4, frequency: 2, monetary: '14.0000', // 10 + 6 + 4 - 6
        r_score: 2, f_score: 2, m_score: 1, // two customers fill the quintiles 1 and 2; b is the better in revenue
        average_order_value: 10, basket_units: 3.5, basket_lines: 1.5, distinct_products: 2, // 20 / 2, 7 / 2, 3 / 2, P1 and P2
        return_rate: 6 / 20,
        tenure_days: 14, interpurchase_days: 10, median_gap_days: 10, clv_recency_days: 10,
        night_share: 0, weekend_share: 0, // a Friday and a Monday
        season_spring: 1, season_summer: 0, season_autumn: 0, season_winter: 0,
      },
      {
        pid: 'b',
        recency_days: 69, frequency: 1, monetary: '30.0000', // 25 days left in January, 29 in February, 15 in March
        r_score: 1, f_score: 1, m_score: 2,
        average_order_value: 30, basket_units: 3, basket_lines: 1, distinct_products: 1,
        return_rate: 0,
        tenure_days: 69, interpurchase_days: null, median_gap_days: null, clv_recency_days: 0,
        night_share: 1, weekend_share: 1,
        season_spring: 0, season_summer: 0, season_autumn: 0, season_winter: 1,
      },
    ]);
  });

  it('describes every column of the table, in order', async () => {
    const { table, report } = await build({ features: { productMix: MIX, countryGroups: { south: ['Spain', 'Italy'] } } });
    expect(Object.keys(table[0])).toEqual(['pid', ...report.features.map(({ name }) => name)]);
    expect(report).toMatchObject({ asOf: AS_OF, customers: 2, totalRevenue: '44.0000', revenue: 'net', currency: 'EUR' });
    // a began in March, b in January: neither came back in a later month
    expect(report.cohorts).toEqual([['2024-01-01', 0, 1], ['2024-03-01', 0, 1]]);
  });

  it('counts revenue before returns, and recency to the day after, where the config says so', async () => {
    const { table, report } = await build({ features: { revenue: 'gross', recencyFrom: 'dayAfter' } });
    expect(table.map(({ monetary, recency_days }) => [monetary, recency_days])).toEqual([['20.0000', 5], ['30.0000', 70]]);
    expect(report.totalRevenue).toBe('50.0000');
  });

  it('sees the later order once the as-of date has reached it', async () => {
    const { table } = await build({ asOf: '2024-03-16' });
    expect(table.map(({ pid, frequency, recency_days }) => [pid, frequency, recency_days])).toEqual([['a', 3, 0], ['b', 1, 70], ['d', 1, 0]]);
  });

  it('takes a night that ends past midnight, one within a day, and none', async () => {
    const night = async (from: number, to: number) => (await build({ features: { night: { from, to } } })).table.map(({ night_share }) => night_share);
    expect(await night(23, 1)).toEqual([0, 1]);
    expect(await night(9, 10)).toEqual([0.5, 0]); // a's second order began at 9:00, the first at 10:00: the end is exclusive
    expect(await night(10, 10)).toEqual([0, 0]);
  });

  it('knows no night where orders are dated by day only, and warns', async () => {
    const columns = { ...configOf().sources.transactions.columns, ordered_at: { from: 'on', type: 'date' } };
    const { table, output } = await build({ transactions: { columns } });
    expect(table.map(({ night_share }) => night_share)).toEqual([null, null]);
    expect(output.warnings).toEqual([expect.stringContaining('night_share')]);
  });

  it('shares out the value sold over the product categories', async () => {
    const { table } = await build({ features: { productMix: MIX } });
    // a: 14.00 of tea cups and 6.00 of bags; the return changes nothing
    expect(table.map(({ mix_tea, mix_bags, mix_other }) => [mix_tea, mix_bags, mix_other])).toEqual([[0.7, 0.3, 0], [0, 0, 1]]);
  });

  it('shares out lines where nothing of value was sold, and counts kept lines below zero as nothing', async () => {
    const rows: LineRow[] = [
      [1, 'free', '1', 'P', 1, '0.00', '2024-03-01 10:00:00', 'Tea'],
      [2, 'free', '1', 'P', 1, '0.00', '2024-06-01 10:00:00', 'Bag'],
      [3, 'fix', '2', 'P', 1, '8.00', '2024-03-01 10:00:00', 'Tea'],
      [4, 'fix', '2', 'P', -9, '1.00', '2024-06-01 10:00:00', 'Bag'],
      [5, 'free', 'C3', 'P', -1, '1.00', '2024-09-01 10:00:00', 'Candle'], // a return sells nothing, so it has no part in the lines either
    ];
    const { table } = await build({ rows, asOf: '2024-12-31', features: { productMix: MIX }, cleaning: { ...CLEANING, zeroPrices: 'keep', negativeQuantities: 'keep' } });
    const shares = Object.fromEntries(table.map(({ pid, mix_tea, mix_bags, season_spring, season_summer }) => [pid, [mix_tea, mix_bags, season_spring, season_summer]]));
    expect(shares).toEqual({ free: [0.5, 0.5, 0.5, 0.5], fix: [1, 0, 1, 0] });
  });

  it('caps the return rate at 1 where more came back than the data show sold', async () => {
    const rows: LineRow[] = [[1, 'a', '1', 'P', 1, '5.00', '2024-03-01 10:00:00'], [2, 'a', 'C2', 'P', -3, '5.00', '2024-03-02 10:00:00']];
    expect((await build({ rows })).table).toMatchObject([{ return_rate: 1, monetary: '-10.0000' }]);
  });

  it('measures the gaps between days with orders: a second order of a day opens none', async () => {
    const rows = ['01', '01', '02', '04', '10'].map((day, i): LineRow => [i + 1, 'a', String(i), 'P', 1, '1.00', `2024-03-${day} 10:00:00`]);
    // gaps of 1, 2 and 6 days
    expect((await build({ rows })).table).toMatchObject([{ frequency: 5, interpurchase_days: 3, median_gap_days: 2, clv_recency_days: 9 }]);
  });

  it('puts every month into its meteorological season', async () => {
    // the amount of month m is 2^(m - 1): 3 + 4 + 5 → 4 + 8 + 16 = 28, then 224, 1792, and 2048 + 1 + 2 = 2051, of 4095 in all
    const rows = Array.from({ length: 12 }, (_, i): LineRow => [i + 1, 'a', String(i), 'P', 2 ** i, '1.00', `2024-${String(i + 1).padStart(2, '0')}-15 10:00:00`]);
    const { table } = await build({ rows, asOf: '2024-12-31' });
    expect(table).toMatchObject([{ season_spring: 28 / 4095, season_summer: 224 / 4095, season_autumn: 1792 / 4095, season_winter: 2051 / 4095 }]);
  });

  it('counts in each month who of a cohort is back, by the month of the first order', async () => {
    const at = (pid: string, month: string, i: number): LineRow => [i, pid, String(i), 'P', 1, '1.00', `2024-${month}-15 10:00:00`];
    const { report } = await build({ rows: [at('a', '03', 1), at('a', '05', 2), at('a', '05', 3), at('b', '03', 4), at('c', '05', 5)], asOf: '2024-12-31' });
    expect(report.cohorts).toEqual([['2024-03-01', 0, 2], ['2024-03-01', 2, 1], ['2024-05-01', 0, 1]]);
  });

  it('names the country group of the latest order', async () => {
    const { table } = await build({ features: { countryGroups: { south: ['Spain', 'Italy'], north: ['France'] } } });
    expect(table.map(({ country_group }) => country_group)).toEqual(['south', 'other']);
    await expect(build({ features: { countryGroups: { south: ['Spain'], west: ['Spain'] } } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('breaks ties of the quintiles by pid', async () => {
    const rows = ['e', 'd', 'c', 'b', 'a'].map((pid, i): LineRow => [i + 1, pid, pid, 'P', 1, '1.00', '2024-03-01 10:00:00']);
    const { table } = await build({ rows });
    for (const score of ['r_score', 'f_score', 'm_score']) expect(table.map((row) => row[score])).toEqual([1, 2, 3, 4, 5]);
  });

  it('joins customer attributes: categories as text, dates as days to the as-of date, the age from the year of birth', async () => {
    const column = (from: string, type: string) => ({ from, type });
    const customers = { path: 'c.csv', format: 'csv', columns: { customer_id: column('id', 'text'), plan: column('plan', 'text'), joined_on: column('joined', 'date'), birth_year: column('born', 'integer'), income: column('income', 'decimal') } };
    const config = configOf({ cleaning: CLEANING, customers, features: { customerAttributes: ['plan', 'joined_on', 'birth_year', 'income'] } });
    const cleaned = await bench.stage(clean, config, {
      'quality.transactions': await bench.artifact('quality.transactions', linesSelect(ROWS)),
      'quality.customers': await bench.artifact('quality.customers', "SELECT 1::BIGINT AS row_id, 'a' AS pid, 'gold' AS plan, DATE '2024-03-05' AS joined_on, 1980::BIGINT AS birth_year, 100.5::DECIMAL(18, 4) AS income"),
    });
    const { outputs } = await bench.stage(features, config, cleaned.outputs, { asOf: AS_OF });
    expect(await bench.query(outputs, 'SELECT pid, plan, joined_on, age, income FROM features.features')).toEqual([
      { pid: 'a', plan: 'gold', joined_on: 10, age: 44, income: '100.5000' },
      { pid: 'b', plan: null, joined_on: null, age: null, income: null },
    ]);
    const report = await bench.artifacts.readJson<FeaturesReport>(outputs['features.report']);
    expect(report.features.slice(-4).map(({ name, kind }) => [name, kind])).toEqual([['plan', 'category'], ['joined_on', 'days'], ['age', 'number'], ['income', 'number']]);
  });

  it("adds the project's own features; customers its SQL leaves out have none", async () => {
    const { table, report } = await own("SELECT pid, max(amount) AS biggest_line FROM clean.lines WHERE ordered_at < $as_of::DATE + 1 AND pid <> 'b' GROUP BY pid");
    expect(table.map(({ pid, biggest_line }) => [pid, biggest_line])).toEqual([['a', '10.0000'], ['b', null]]);
    expect(report.features.at(-1)).toMatchObject({ name: 'biggest_line', group: 'own_1', kind: 'amount', label: 'Biggest line' });
  });

  it.each([
    ['two rows of a customer', 'SELECT pid, amount AS biggest_line FROM clean.lines', /one row per pid/],
    ['a customer nobody knows', "SELECT 'x' || pid AS pid, count(*) AS biggest_line FROM clean.lines GROUP BY pid", /neither clean.lines nor clean.customers/],
    ['a row without pid', 'SELECT NULL::VARCHAR AS pid, 1 AS biggest_line', /no pid/],
    ['a feature that is not there', 'SELECT pid, count(*) AS lines FROM clean.lines GROUP BY pid', /does not give the column biggest_line/],
    ['text where a number was declared', "SELECT pid, min(order_id) AS biggest_line FROM clean.lines GROUP BY pid", /gives VARCHAR/],
    ['a number that is not finite', "SELECT pid, 'inf'::DOUBLE AS biggest_line FROM clean.orders GROUP BY pid", /not finite/],
    ['a table that is not there', 'SELECT pid, 1 AS biggest_line FROM raw.customers', /own\.sql/],
    ['a parameter nobody gives', 'SELECT pid, $window AS biggest_line FROM clean.orders', /\$window/],
    ['a result that depends on the clock', 'SELECT pid, day(current_date) AS biggest_line FROM clean.orders GROUP BY pid', /own\.sql:1: current_date/],
    ['a sum of floating-point numbers', 'SELECT pid, sum(amount::DOUBLE) AS biggest_line FROM clean.lines GROUP BY pid', /own\.sql:1: sum/],
    ['more than a SELECT', 'CREATE TABLE x AS SELECT 1', /own\.sql/],
  ])("refuses the project's own SQL for %s", async (_, sql, message) => {
    await expect(own(sql)).rejects.toMatchObject({ code: 'SQL_REFUSED', message: expect.stringMatching(message) });
  });

  it('refuses a share beyond 1 and a file that was not resolved', async () => {
    const share = { name: 'odd_share', kind: 'share', label: 'Odd share' };
    await expect(own('SELECT pid, 1.5 AS odd_share FROM clean.orders GROUP BY pid', share)).rejects.toMatchObject({ message: expect.stringContaining('not between 0 and 1') });
    await expect(build({ features: { sql: [{ file: 'gone.sql', features: [OWN] }] } })).rejects.toMatchObject({ code: 'SQL_REFUSED' });
  });

  it('stops where nobody has bought by the as-of date', async () => {
    await expect(build({ asOf: '2023-12-31' })).rejects.toMatchObject({ code: 'INSUFFICIENT_DATA' });
  });

  it('does not depend on features.model, which only chooses among the features', () => {
    expect(features.configOf(configOf({ features: { model: ['frequency'] } }))).toEqual(features.configOf(configOf({ features: { model: ['monetary'] } })));
    expect(features.configOf(configOf({ features: { revenue: 'gross' } }))).not.toEqual(features.configOf(configOf()));
  });
});
