import { assertDeterministic } from '../../../src/adapters/duckdb/lint';
import { createSqlModels } from '../../../src/adapters/duckdb/sql-models';
import type { SqlParams, SqlSession } from '../../../src/core/ports';
import { createTestEngine } from '../../support/warehouse';

const models = createSqlModels();
const NAMES = ['profile', 'levels', 'overlap', 'memberships', 'at_risk', 'whales', 'sizes'];

// four customers in two clusters; d was not in the parent release, x is gone
const TABLES: Readonly<Record<string, string>> = {
  'features.features': `SELECT * FROM (VALUES
      ('a', 10, 3, 100.10::DECIMAL(38, 4), 4.0), ('b', 9, 5, 100.10, 4.5), ('c', 90, 2, 0.20, 30.0), ('d', 400, 1, 300.00, NULL)
    ) AS t(pid, recency_days, frequency, monetary, median_gap_days)`,
  'clustering.assignments': `SELECT pid, cluster::INTEGER AS cluster, 1.0::DOUBLE AS distance, (1 - cluster)::INTEGER AS runner_up, 2.5::DOUBLE AS margin, 0.75::DOUBLE AS probability
    FROM (VALUES ('a', 0), ('b', 0), ('c', 1), ('d', 1)) AS t(pid, cluster)`,
  'personas.keys': "SELECT cluster::INTEGER AS cluster, persona_key FROM (VALUES (0, 'psn_zero'), (1, 'psn_one')) AS t(cluster, persona_key)",
  'personas.numbers': `SELECT pid, frequency::DOUBLE AS frequency, night_share::DOUBLE AS night_share
    FROM (VALUES ('a', 3, 0.1), ('b', 5, 0.2), ('c', 2, NULL), ('d', 1, 0.6)) AS t(pid, frequency, night_share)`,
  'personas.texts': "SELECT * FROM (VALUES ('a', 'North'), ('b', 'South'), ('c', 'South'), ('d', '(missing)')) AS t(pid, country_group)",
  'parent.memberships': "SELECT * FROM (VALUES ('a', 'psn_old'), ('b', 'psn_old'), ('c', 'psn_old'), ('x', 'psn_gone')) AS t(pid, persona_key)",
};
const PARAMS: SqlParams = { whales: 2, gap_factor: 2, min_orders: 3 };

describe('the SQL of personas', () => {
  const { sql, dispose } = createTestEngine();
  let session: SqlSession;
  beforeAll(async () => {
    session = await sql.session();
    for (const [name, select] of Object.entries(TABLES)) await session.table(name, select);
    for (const name of ['memberships', 'at_risk', 'whales']) await session.table(`personas.${name}`, models.get(`personas/${name}`).text, PARAMS);
  });
  afterAll(async () => {
    await session.close();
    await dispose();
  });
  const rows = (name: string) => session.rows(models.get(`personas/${name}`).text, PARAMS);

  it.each(NAMES)('%s has the columns its header says, and nothing that depends on threads or clocks', async (name) => {
    const { text, header } = models.get(`personas/${name}`);
    assertDeterministic(text, name);
    expect(Object.keys((await rows(name))[0])).toEqual(header.columns.map((column) => column.name));
  });

  it('profiles each feature per cluster and in the base, missing values left out', async () => {
    expect(await rows('profile')).toEqual([
      // frequency 3 5 2 1
      { feature: 'frequency', cluster: null, present: 4, mean: 2.75, q25: 1.75, median: 2.5, q75: 3.5 },
      { feature: 'frequency', cluster: 0, present: 2, mean: 4, q25: 3.5, median: 4, q75: 4.5 },
      { feature: 'frequency', cluster: 1, present: 2, mean: 1.5, q25: 1.25, median: 1.5, q75: 1.75 },
      // night_share 0.1 0.2 0.6
      { feature: 'night_share', cluster: null, present: 3, mean: expect.closeTo(0.3, 12), q25: expect.closeTo(0.15, 12), median: 0.2, q75: expect.closeTo(0.4, 12) },
      { feature: 'night_share', cluster: 0, present: 2, mean: expect.closeTo(0.15, 12), q25: expect.closeTo(0.125, 12), median: expect.closeTo(0.15, 12), q75: expect.closeTo(0.175, 12) },
      { feature: 'night_share', cluster: 1, present: 1, mean: 0.6, q25: 0.6, median: 0.6, q75: 0.6 },
    ]);
  });

  it('counts levels, and survivors by persona and cluster', async () => {
    expect(await rows('levels')).toEqual([
      { feature: 'country_group', level: '(missing)', cluster: 1, customers: 1 },
      { feature: 'country_group', level: 'North', cluster: 0, customers: 1 },
      { feature: 'country_group', level: 'South', cluster: 0, customers: 1 },
      { feature: 'country_group', level: 'South', cluster: 1, customers: 1 },
    ]);
    expect(await rows('overlap')).toEqual([
      { persona_key: 'psn_old', cluster: 0, customers: 2 },
      { persona_key: 'psn_old', cluster: 1, customers: 1 },
    ]);
  });

  it('lists as at risk who is silent for longer than twice the own gap and has ordered often enough', async () => {
    // a: 10 > 2 * 4. b: 9 is not more than 2 * 4.5. c: 90 > 60, but two orders only. d: no gap
    expect((await rows('at_risk')).map(({ pid }) => pid)).toEqual(['a']);
  });

  it('ranks whales by revenue, ties by pid', async () => {
    expect(await rows('whales')).toEqual([
      { pid: 'a', persona_key: 'psn_zero', monetary: '100.1000', rank: 2 },
      { pid: 'd', persona_key: 'psn_one', monetary: '300.0000', rank: 1 },
    ]);
  });

  it('sums sizes and revenue exactly', async () => {
    expect(await rows('sizes')).toEqual([
      { persona_key: null, customers: 4, revenue: '500.4000', whales: 2, whale_revenue: '400.1000', at_risk: 1 },
      { persona_key: 'psn_one', customers: 2, revenue: '300.2000', whales: 1, whale_revenue: '300.0000', at_risk: 0 },
      { persona_key: 'psn_zero', customers: 2, revenue: '200.2000', whales: 1, whale_revenue: '100.1000', at_risk: 1 },
    ]);
  });
});
