import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clean } from '../../../src/activities/clean';
import { features } from '../../../src/activities/features';
import type { StageOutput } from '../../../src/activities/stage';
import type { FeaturesReport } from '../../../src/contracts/features';
import { describeWithShared, shared } from '../../support/shared';
import { configOf, createBench, onlineRetailSelect } from '../../activities/clean-support';

interface ClvReference {
  readonly customers: number;
  readonly columns: Readonly<Record<'recency' | 'T', { readonly sum: number; readonly sha256: string }>>;
}

const DATA = 'data/online_retail/online_retail.parquet';
const REFERENCE = 'reference/online_retail_rfm.parquet';

// the reference's definition: a customer id, no C invoice, everything else kept; days to the day after the last one in the file
const CLEANING = { cancellations: { orderPattern: '^C', policy: 'drop' }, exactDuplicates: 'keep', zeroPrices: 'keep', negativePrices: 'keep', negativeQuantities: 'keep' };
const FEATURES = {
  revenue: 'gross',
  recencyFrom: 'dayAfter',
  productMix: { column: 'product_name', categories: [{ name: 'bags', label: 'Bags', pattern: '\\bbags?\\b' }, { name: 'tea', label: 'Tea', pattern: '\\b(tea|mug|cup)' }] },
};

describeWithShared('features on Online Retail', () => {
  const bench = createBench();
  let output: StageOutput;
  let report: FeaturesReport;
  let reference: { cohorts: [string, number, number][]; n_customers: number; monetary: { sum: number } };

  beforeAll(async () => {
    reference = JSON.parse(readFileSync(shared('reference/online_retail_rfm.json'), 'utf8')) as typeof reference;
    const transactions = await bench.artifact('quality.transactions', onlineRetailSelect(shared(DATA)), [shared(DATA)]);
    const config = configOf({ cleaning: CLEANING, features: FEATURES });
    const cleaned = await bench.stage(clean, config, { 'quality.transactions': transactions });
    output = await bench.stage(features, config, cleaned.outputs, { asOf: '2011-12-09' });
    report = await bench.artifacts.readJson<FeaturesReport>(output.outputs['features.report']);
  });
  afterAll(() => bench.dispose());

  it('gives every customer the recency, frequency, revenue and quintiles of the reference', async () => {
    const [counts] = await bench.inSession(async (session) => {
      await session.view('features.features', output.outputs['features.features']);
      return session.rows(
        `SELECT count(*) AS customers, count(f.pid) AS ours, count(r.CustomerID) AS theirs,
          count(*) FILTER (WHERE f.recency_days = r.recency) AS recency, count(*) FILTER (WHERE f.frequency = r.frequency) AS frequency,
          count(*) FILTER (WHERE f.monetary = r.monetary::DECIMAL(18, 4)) AS monetary,
          count(*) FILTER (WHERE f.r_score = r.r_score) AS r, count(*) FILTER (WHERE f.f_score = r.f_score) AS f, count(*) FILTER (WHERE f.m_score = r.m_score) AS m
        FROM features.features AS f FULL JOIN read_parquet('${shared(REFERENCE)}') AS r ON r.CustomerID::VARCHAR = f.pid`,
      );
    }, [shared(REFERENCE)]);
    const all = reference.n_customers; // 4,339
    expect(counts).toEqual({ customers: all, ours: all, theirs: all, recency: all, frequency: all, monetary: all, r: all, f: all, m: all });
  });

  it('gives every customer the recency and age T of rfm_summary, under names of their own', async () => {
    // tests/reference/make/clv.py: calendar days from first to last order day, and from the first to the as-of day
    const clv = JSON.parse(readFileSync(join(__dirname, '../../reference/clv.json'), 'utf8')) as ClvReference;
    const rows = await bench.query<{ pid: string; recency: number; age: number; days: number }>(
      output.outputs,
      `SELECT pid, clv_recency_days AS recency, tenure_days AS age, recency_days AS days FROM features.features ORDER BY pid`,
    );
    const digest = (of: (row: (typeof rows)[number]) => number): string => createHash('sha256').update(rows.map((row) => `${row.pid},${of(row)}\n`).join('')).digest('hex');
    const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0);
    expect(rows).toHaveLength(clv.customers);
    expect([sum(({ recency }) => recency), digest(({ recency }) => recency)]).toEqual([clv.columns.recency.sum, clv.columns.recency.sha256]);
    expect([sum(({ age }) => age), digest(({ age }) => age)]).toEqual([clv.columns.T.sum, clv.columns.T.sha256]);
    // the recency of RFM is another thing: days since the last order
    expect(digest(({ days }) => days)).not.toBe(clv.columns.recency.sha256);
  });

  it('adds up to the total revenue of the reference, to the penny', () => {
    expect(Number(report.totalRevenue)).toBe(reference.monetary.sum);
    expect(report.customers).toBe(reference.n_customers);
    expect(output.summary).toMatch(/^4,339 customers, \d+ features, gross revenue 8,911,407\.9040 EUR$/);
  });

  it('gives the cohort table of the reference', () => {
    expect(report.cohorts).toEqual(reference.cohorts);
  });

  it('gives each customer shares of a whole that sum to 1', async () => {
    const [worst] = await bench.query<{ mix: number; season: number; least: number }>(
      output.outputs,
      `SELECT max(abs(mix_bags + mix_tea + mix_other - 1)) AS mix, max(abs(season_spring + season_summer + season_autumn + season_winter - 1)) AS season,
        min(least(mix_bags, mix_tea, mix_other, season_spring, season_summer, season_autumn, season_winter)) AS least FROM features.features`,
    );
    expect(worst.mix).toBeLessThan(1e-12);
    expect(worst.season).toBeLessThan(1e-12);
    expect(worst.least).toBe(0);
  });

  it('has no value out of range and no gap but where there is no second order day', async () => {
    const [counts] = await bench.query(
      output.outputs,
      `SELECT count(*) FILTER (WHERE return_rate NOT BETWEEN 0 AND 1 OR night_share NOT BETWEEN 0 AND 1 OR weekend_share NOT BETWEEN 0 AND 1) AS shares,
        count(*) FILTER (WHERE (interpurchase_days IS NULL) <> (clv_recency_days = 0)) AS gaps,
        count(*) FILTER (WHERE recency_days <> tenure_days - clv_recency_days + 1) AS spans, count(*) FILTER (WHERE frequency < 1 OR distinct_products < 1) AS counts
      FROM features.features`,
    );
    expect(counts).toEqual({ shares: 0, gaps: 0, spans: 0, counts: 0 });
  });

  it('sees in March what an extract of March would have given', async () => {
    const config = configOf({ cleaning: CLEANING, features: FEATURES });
    const early = await bench.artifact('quality.transactions', `SELECT * FROM (${onlineRetailSelect(shared(DATA))}) WHERE ordered_at < '2011-04-01'`, [shared(DATA)]);
    const whole = await bench.artifact('quality.transactions', onlineRetailSelect(shared(DATA)), [shared(DATA)]);
    const built = await Promise.all([early, whole].map(async (transactions) => {
      const cleaned = await bench.stage(clean, config, { 'quality.transactions': transactions });
      return bench.stage(features, config, cleaned.outputs, { asOf: '2011-03-31' });
    }));
    expect(built[1].outputs['features.features']).toEqual(built[0].outputs['features.features']);
    expect(built[1].outputs['features.report']).toEqual(built[0].outputs['features.report']);
  });
});
