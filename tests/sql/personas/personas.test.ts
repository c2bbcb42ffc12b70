import { assertDeterministic } from '../../../src/adapters/duckdb/lint';
import { createSqlModels } from '../../../src/adapters/duckdb/sql-models';
import type { SqlParams, SqlSession } from '../../../src/core/ports';
import { createTestEngine } from '../../support/warehouse';

const models = createSqlModels();
const NAMES = ['profile', 'levels', 'overlap', 'memberships', 'at_risk', 'whales', 'sizes', 'kept'];

// four customers in two clusters and e in none; d was not in the parent release, x is gone, y was in no persona
const TABLES: Readonly<Record<string, string>> = {
  'features.features': `SELECT * FROM (VALUES
      ('a', 10, 3, 100.10::DECIMAL(38, 4), 4.0), ('b', 9, 5, 100.10, 4.5), ('c', 90, 2, 0.20, 30.0), ('d', 400, 1, 300.00, NULL), ('e', 30, 3, 40.00, 5.0)
    ) AS t(pid, recency_days, frequency, monetary, median_gap_days)`,
  'clustering.assignments': `SELECT pid, cluster::INTEGER AS cluster, 1.0::DOUBLE AS distance, abs(1 - cluster)::INTEGER % 2 AS runner_up,
      CASE WHEN cluster < 0 THEN 0 ELSE 2.5 END::DOUBLE AS margin, CASE pid WHEN 'a' THEN 0.8 WHEN 'e' THEN 0 ELSE 0.75 END::DOUBLE AS probability
    FROM (VALUES ('a', 0), ('b', 0), ('c', 1), ('d', 1), ('e', -1)) AS t(pid, cluster)`,
  'personas.keys': "SELECT cluster::INTEGER AS cluster, persona_key FROM (VALUES (0, 'psn_zero'), (1, 'psn_one')) AS t(cluster, persona_key)",
  'personas.numbers': `SELECT pid, frequency::DOUBLE AS frequency, night_share::DOUBLE AS night_share
    FROM (VALUES ('a', 3, 0.1), ('b', 5, 0.2), ('c', 2, NULL), ('d', 1, 0.6), ('e', 3, NULL)) AS t(pid, frequency, night_share)`,
  'personas.texts': "SELECT * FROM (VALUES ('a', 'North'), ('b', 'South'), ('c', 'South'), ('d', '(missing)'), ('e', 'North')) AS t(pid, country_group)",
  'parent.memberships': "SELECT * FROM (VALUES ('a', 'psn_old'), ('b', 'psn_old'), ('c', 'psn_old'), ('x', 'psn_gone'), ('e', 'psn_gone'), ('d', NULL)) AS t(pid, persona_key)",
};
const PARAMS: SqlParams = { whales: 2, gap_factor: 2, min_orders: 3, uncertain_below: 0.8 };

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
      // frequency 3 5 2 1 3: the base has the customer without a cluster
      { feature: 'frequency', cluster: null, present: 5, mean: 2.8, q25: 2, median: 3, q75: 3 },
      { feature: 'frequency', cluster: -1, present: 1, mean: 3, q25: 3, median: 3, q75: 3 },
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

  it('counts who of the parent release is here today, and none as keeping a key that is no longer there', async () => {
    // a, b, c, and e, who is in no persona today; x is gone, d was in none
    expect(await rows('kept')).toEqual([{ customers: 4, kept: 0 }]);
  });

  it('lists as at risk who is silent for longer than twice the own gap and has ordered often enough', async () => {
    // a: 10 > 2 * 4. b: 9 is not more than 2 * 4.5. c: 90 > 60, but two orders only. d: no gap
    expect((await rows('at_risk')).map(({ pid, persona_key: key }) => [pid, key])).toEqual([
      ['a', 'psn_zero'],
      // in no persona, and at risk all the same
      ['e', null],
    ]);
  });

  it('names the persona of every customer, certain or not, or none', async () => {
    expect(await rows('memberships')).toEqual([
      { pid: 'a', persona_key: 'psn_zero', cluster: 0, margin: 2.5, probability: 0.8, uncertain: false, runner_up_key: 'psn_one' },
      { pid: 'b', persona_key: 'psn_zero', cluster: 0, margin: 2.5, probability: 0.75, uncertain: true, runner_up_key: 'psn_one' },
      { pid: 'c', persona_key: 'psn_one', cluster: 1, margin: 2.5, probability: 0.75, uncertain: true, runner_up_key: 'psn_zero' },
      { pid: 'd', persona_key: 'psn_one', cluster: 1, margin: 2.5, probability: 0.75, uncertain: true, runner_up_key: 'psn_zero' },
      { pid: 'e', persona_key: null, cluster: null, margin: 0, probability: 0, uncertain: null, runner_up_key: 'psn_zero' },
    ]);
  });

  it('ranks whales by revenue, ties by pid', async () => {
    expect(await rows('whales')).toEqual([
      { pid: 'a', persona_key: 'psn_zero', monetary: '100.1000', rank: 2 },
      { pid: 'd', persona_key: 'psn_one', monetary: '300.0000', rank: 1 },
    ]);
  });

  it('sums sizes and revenue exactly', async () => {
    expect(await rows('sizes')).toEqual([
      { persona_key: null, customers: 5, revenue: '540.4000', whales: 2, whale_revenue: '400.1000', at_risk: 2 },
      { persona_key: '', customers: 1, revenue: '40.0000', whales: 0, whale_revenue: '0.0000', at_risk: 1 },
      { persona_key: 'psn_one', customers: 2, revenue: '300.2000', whales: 1, whale_revenue: '300.0000', at_risk: 0 },
      { persona_key: 'psn_zero', customers: 2, revenue: '200.2000', whales: 1, whale_revenue: '100.1000', at_risk: 1 },
    ]);
  });
});
