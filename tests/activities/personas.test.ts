import type { PipelineError } from '../../src/contracts/errors';
import { createBench, type Bench } from './clean-support';
import { featuresSelect, makeFeatures, makePersonas, projectOf, type Made } from './personas-support';

describe('personas', () => {
  let bench: Bench;
  let made: Made;
  beforeAll(async () => {
    bench = createBench();
    made = await makePersonas(bench, projectOf(), await makeFeatures(bench, featuresSelect(600)));
  });
  afterAll(() => bench.dispose());

  const query = <T extends Record<string, unknown>>(select: string) => bench.query<T>({ ...made.inputs, ...made.output.outputs }, select);

  it('are named after what sets the planted groups apart', () => {
    expect(made.report.personas.map(({ name }) => name).sort()).toEqual(['Lapsed one-time buyers', 'Long-gap night-time customers', 'Recent high-value customers']);
    for (const { namedAfter } of made.report.personas) expect([2, 3]).toContain(namedAfter.length);
  });

  it('have the profile a hand SQL over the published tables gives', async () => {
    for (const persona of made.report.personas) {
      for (const { feature, mean, median, q25, q75, missing, baseMean, baseMedian, lift, statistic } of persona.profile) {
        const hand = (where: string) =>
          query<{ mean: number; q25: number; median: number; q75: number; missing: number }>(`
            SELECT avg(f.${feature})::DOUBLE AS mean, quantile_cont(f.${feature}::DOUBLE, 0.25) AS q25, quantile_cont(f.${feature}::DOUBLE, 0.5) AS median, quantile_cont(f.${feature}::DOUBLE, 0.75) AS q75,
              count(*) - count(f.${feature}) AS missing
            FROM personas.memberships AS m JOIN features.features AS f USING (pid) WHERE ${where}`);
        const [own] = await hand(`m.persona_key = '${persona.key}'`);
        const [base] = await hand('true');
        if (own.mean === null) expect([mean, median, q25, q75]).toEqual([null, null, null, null]);
        else [[mean, own.mean], [median, own.median], [q25, own.q25], [q75, own.q75]].forEach(([ours, theirs]) => expect(ours).toBeCloseTo(theirs as number, 9));
        expect(missing).toBe(own.missing);
        expect(baseMean).toBeCloseTo(base.mean, 9);
        expect(baseMedian).toBeCloseTo(base.median, 9);
        if (own.mean !== null && lift !== null) expect(lift).toBeCloseTo(own[statistic] / base[statistic], 9);
      }
    }
  });

  it('have size, share and revenue as a hand SQL gives them, and shares that sum to 1', async () => {
    const rows = await query<{ persona_key: string; n: number; revenue: string }>(
      'SELECT persona_key, count(*) AS n, sum(monetary) AS revenue FROM personas.memberships JOIN features.features USING (pid) GROUP BY persona_key ORDER BY persona_key',
    );
    const byKey = [...made.report.personas].sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(byKey.map(({ key, customers, revenue }) => ({ persona_key: key, n: customers, revenue }))).toEqual(rows);
    const sum = (of: (persona: Made['report']['personas'][number]) => number): number => byKey.reduce((total, persona) => total + of(persona), 0);
    expect(sum(({ share }) => share)).toBeCloseTo(1, 12);
    expect(sum(({ revenueShare }) => revenueShare)).toBeCloseTo(1, 12);
    expect(made.report.totalRevenue).toBe((await query<{ total: string }>('SELECT sum(monetary) AS total FROM features.features'))[0].total);
  });

  it('report the KPIs of the objective: revenue as a sum, features as means', async () => {
    const [first] = made.report.personas;
    const [{ orders }] = await query<{ orders: number }>(`SELECT avg(frequency)::DOUBLE AS orders FROM features.features JOIN personas.memberships USING (pid) WHERE persona_key = '${first.key}'`);
    expect(first.kpis).toEqual([
      { kpi: 'revenue', label: 'Revenue', unit: 'EUR', value: Number(first.revenue), base: Number(made.report.totalRevenue) },
      { kpi: 'frequency', label: 'Orders', unit: 'orders', value: expect.closeTo(orders, 9), base: expect.any(Number) },
      { kpi: 'night_share', label: 'Orders at night', unit: '%', value: expect.any(Number), base: expect.any(Number) },
    ]);
  });

  it('list the whales: the top 1 % by revenue, ranked, with their revenue share', async () => {
    const whales = await query<{ pid: string; rank: number; monetary: string }>('SELECT pid, rank, monetary FROM personas.whales ORDER BY rank');
    const hand = await query<{ pid: string; monetary: string }>('SELECT pid, monetary FROM features.features ORDER BY monetary DESC, pid LIMIT 6');
    expect(whales).toEqual(hand.map((row, i) => ({ ...row, rank: i + 1 })));
    const sum = whales.reduce((total, { monetary }) => total + Number(monetary), 0);
    expect(made.report.whales).toEqual({
      rule: 'top 1 % of the customers by revenue, rounded up; ties by customer key', customers: 6, revenueShare: expect.closeTo(sum / Number(made.report.totalRevenue), 12),
    });
    expect(made.report.personas.reduce((total, persona) => total + persona.whales, 0)).toBe(6);
  });

  it('list the customers at risk by the printed rule', async () => {
    const hand = await query<{ pid: string }>('SELECT pid FROM features.features WHERE recency_days > 2 * median_gap_days AND frequency >= 3 ORDER BY pid');
    const listed = await query<{ pid: string; persona_key: string }>('SELECT pid, persona_key FROM personas.at_risk');
    expect(listed.map(({ pid }) => pid)).toEqual(hand.map(({ pid }) => pid));
    expect(hand.length).toBeGreaterThan(50);
    expect(made.report.atRisk).toEqual({ rule: "days since the last order > 2 × the customer's own median gap between orders, with at least 3 orders", customers: hand.length });
    for (const { key, atRisk } of made.report.personas) expect(atRisk).toBe(listed.filter(({ persona_key: of }) => of === key).length);
  });

  it('publish one membership per customer, with the runner-up as a persona', async () => {
    const rows = await query<{ pid: string; cluster: number; persona_key: string; runner_up_key: string }>('SELECT * FROM personas.memberships');
    expect(rows).toHaveLength(600);
    const keyOf = new Map(made.report.personas.map(({ cluster, key }) => [cluster, key]));
    for (const row of rows) {
      expect(row.persona_key).toBe(keyOf.get(row.cluster));
      expect(row.runner_up_key).not.toBe(row.persona_key);
      expect([...keyOf.values()]).toContain(row.runner_up_key);
    }
  });

  it('show category levels with small cells suppressed', async () => {
    const rows = await query<{ level: string; persona_key: string; n: number }>(
      "SELECT coalesce(country_group, '(missing)') AS level, persona_key, count(*) AS n FROM features.features JOIN personas.memberships USING (pid) GROUP BY ALL ORDER BY ALL",
    );
    for (const { key, customers, categories } of made.report.personas) {
      for (const { level, share } of categories[0].levels) {
        const n = rows.find((row) => row.level === level && row.persona_key === key)?.n ?? 0;
        if (n < 5) expect(share).toBeNull();
        else if (share !== null) expect(share).toBeCloseTo(n / customers, 12);
      }
    }
    expect(made.report.personas.flatMap(({ categories }) => categories[0].levels).some(({ share }) => share !== null)).toBe(true);
  });

  it('have a defined profile of a category with 10,000 levels: nearly every customer its own', async () => {
    const each = featuresSelect(20_000).replace(/CASE WHEN i % 50 = 0 [^\n]* AS country_group/, "'L' || (i % 10000) AS country_group");
    const { report } = await makePersonas(bench, projectOf(), await makeFeatures(bench, each));
    // Two customers a level, fewer than kMin: all stand together.
    for (const { categories } of report.personas) expect(categories).toEqual([{ feature: 'country_group', label: 'Country group', levels: [{ level: '(rare)', share: 1, base: 1 }] }]);
    const naming = projectOf({ model: ['recency_days', 'country_group'] });
    await expect(makePersonas(bench, naming, await makeFeatures(bench, each))).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('is a category') as string });
  }, 60_000);

  it('warn of a persona that does not survive resampling', () => {
    expect(made.output.warnings).toEqual([expect.stringContaining('does not survive resampling: mean Jaccard 0.50')]);
  });

  it('keep key, name and birth through a refit with drifted data, permuted labels and another seed', async () => {
    const drifted = await makeFeatures(bench, `SELECT * FROM (${featuresSelect(600, 3)}) WHERE pid >= 'c_000012' ORDER BY pid`);
    const next = await makePersonas(bench, projectOf(), drifted, { parent: made, seed: 5, asOf: '2025-01-01' });
    const identity = ({ report }: Made) => report.personas.map(({ key, name, namedAfter, bornAsOf }) => ({ key, name, namedAfter, bornAsOf })).sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(identity(next)).toEqual(identity(made));
    expect(next.report.personas.every(({ change, overlap }) => change === 'same' && (overlap ?? 0) > 0.95)).toBe(true);
    expect(next.report).toMatchObject({ parentRelease: 4, retired: [], issuedKeys: made.report.issuedKeys });
    expect(next.output.summary).toBe('3 personas of 588 customers: 3 continued, 0 new, 0 retired');
  });

  it('report a merger and a split, and never issue a retired key again', async () => {
    const features = await makeFeatures(bench, featuresSelect(600));
    const two = await makePersonas(bench, projectOf(), features, { k: 2, parent: made, asOf: '2025-01-02' });
    expect(two.report.retired).toHaveLength(1);
    expect(two.report.issuedKeys).toEqual(made.report.issuedKeys);
    const merged = two.report.personas.find(({ change }) => change === 'merged')!;
    expect(merged.identity.from.map(({ name }) => name).sort()).toEqual(['Lapsed one-time buyers', 'Long-gap night-time customers']);
    expect(two.report.retired[0]).toMatchObject({ kind: 'merged', into: [{ key: merged.key, name: merged.name, overlap: 1, share: expect.closeTo(0.5, 1) }] });
    const three = await makePersonas(bench, projectOf(), features, { k: 3, parent: two, asOf: '2024-12-31' });
    const split = three.report.personas.filter(({ change }) => change === 'split');
    expect(split.map(({ identity }) => identity.from.map(({ key, overlap }) => [key, overlap]))).toEqual(Array(2).fill([[merged.key, expect.closeTo(0.5, 1)]]));
    expect(split.map(({ key }) => key)).toContain(merged.key);
    const born = three.report.personas.filter(({ identity }) => identity.keyBy === null);
    expect(born).toHaveLength(1);
    expect(three.report.issuedKeys).toHaveLength(4);
    expect(made.report.issuedKeys).not.toContain(born[0].key);
    expect(new Set(three.report.personas.map(({ name }) => name)).size).toBe(3);
  });

  it('that are pinned are those of the parent release, or there is no release', async () => {
    const pinned = projectOf({ personas: { identity: { mode: 'pinned' } } });
    const features = await makeFeatures(bench, featuresSelect(600, 3));
    const first = await makePersonas(bench, pinned, features);
    expect(first.report.personas).toHaveLength(3);
    const same = await makePersonas(bench, pinned, features, { seed: 7, parent: first });
    expect(same.report.issuedKeys).toEqual(first.report.issuedKeys);
    const error = (k: number) => makePersonas(bench, pinned, features, { k, parent: first }).then(() => undefined, (thrown: unknown) => thrown as PipelineError);
    const [two, four] = [await error(2), await error(4)];
    expect(two).toMatchObject({ code: 'PERSONAS_PINNED', details: { parentRelease: 4, unmatched: [], retired: [expect.stringMatching(/^psn_/)] } });
    const { key, name } = first.report.personas.find((persona) => persona.key === (two?.details.retired as string[])[0])!;
    expect(two?.message).toContain(`no cluster continues “${name}” (${key}): absorbed: 100 % of its members are in `);
    expect(four).toMatchObject({ code: 'PERSONAS_PINNED', details: { retired: [], unmatched: [expect.any(Number)] } });
    expect(four?.message).toMatch(/cluster \d continues no persona: a part of “/);
    expect(four?.message).toContain('fix modeling.clusters to 3, or set the mode to "auto"');
  });

  it('have the same bytes on any number of threads', async () => {
    const again = createBench(1);
    try {
      const { output } = await makePersonas(again, projectOf(), await makeFeatures(again, featuresSelect(600)));
      expect(Object.values(output.outputs).map(({ sha256 }) => sha256)).toEqual(Object.values(made.output.outputs).map(({ sha256 }) => sha256));
    } finally {
      await again.dispose();
    }
  });

  it('refuse an unknown KPI by name', async () => {
    const features = await makeFeatures(bench, featuresSelect(60));
    await expect(makePersonas(bench, projectOf({ kpis: ['orders'] }), features)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { value: 'orders' } });
  });
});
