import { clean } from '../../src/activities/clean';
import { clustering } from '../../src/activities/clustering';
import { features } from '../../src/activities/features';
import { holdout } from '../../src/activities/holdout';
import { prepare } from '../../src/activities/prepare';
import { contenders, selection } from '../../src/activities/selection';
import { createComputePool } from '../../src/adapters/compute';
import type { ProjectConfig } from '../../src/config/project';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { Preprocessing } from '../../src/contracts/model';
import type { HoldoutReport } from '../../src/contracts/selection';
import { windowLinesSql, windowParams, windowsOf, windowsSql, type WindowsRow } from '../../src/core/clustering/holdout/windows';
import { bundleThread } from '../adapters/compute/bundle';
import { configOf, createBench, linesSelect, type LineRow } from './clean-support';

/** 366 days from the first line on: two windows of 183 days each, which meet at the end of 1 July. */
const AS_OF = '2024-12-31';
const EARLIER = ['2024-01-01', '2024-07-01'] as const;
const LATER = ['2024-07-02', '2024-12-31'] as const;
const PER_GROUP = 40;
/** Orders in a window, and what one costs: three kinds of customers far apart in both. */
const KINDS = [
  { orders: 12, price: 10 },
  { orders: 4, price: 300 },
  { orders: 1, price: 40 },
] as const;

const dayAfter = (first: string, days: number): string => new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10);

/** Customers of three kinds; `later` says which kind those of a kind are in the second half of the year. */
function planted(later: readonly number[]): LineRow[] {
  const rows: LineRow[] = [];
  const buy = (pid: string, kind: number, first: string, i: number): void => {
    const { orders, price } = KINDS[kind];
    for (let o = 0; o < orders + (i % 2) * (orders > 1 ? 1 : 0); o++) {
      const day = dayAfter(first, (13 * i + Math.floor((180 * o) / orders)) % 182);
      rows.push([rows.length + 1, pid, `${pid}-${first}-${o}`, `P${(i + o) % 7}`, 1, (price * (1 + (i % 5) / 20)).toFixed(2), `${day} 10:00:00`, 'Thing', 'France']);
    }
  };
  for (let kind = 0; kind < KINDS.length; kind++) {
    for (let i = 0; i < PER_GROUP; i++) {
      const pid = `c_${kind}_${String(i).padStart(2, '0')}`;
      buy(pid, kind, EARLIER[0], i);
      buy(pid, later[kind], LATER[0], i);
    }
  }
  // One who comes in the first minute of the later window, and one who is seen on the last day of the earlier one only.
  rows.push([rows.length + 1, 'c_new', 'n1', 'P1', 1, '40.00', '2024-07-02 00:00:00', 'Thing', 'France']);
  rows.push([rows.length + 1, 'c_gone', 'g1', 'P1', 1, '40.00', '2024-07-01 23:59:59', 'Thing', 'France']);
  return rows;
}

const OWN = { file: 'lines.sql', features: [{ name: 'lines_seen', kind: 'count', label: 'Lines' }] };
const OWN_SQL = 'SELECT pid, count(*) AS lines_seen FROM clean.lines GROUP BY pid';
const configWith = (holdOut: Record<string, unknown> = {}): ProjectConfig =>
  configOf({
    features: { model: ['frequency', 'monetary', 'average_order_value', 'lines_seen'], sql: [OWN] },
    modeling: {
      clusters: { min: 3, max: 3 },
      restarts: 4,
      gapDraws: 0,
      stability: { resamples: 4 },
      sizeGates: { minShare: 0, minCustomers: 0 },
      holdout: { minCustomers: 50, ...holdOut },
    },
  });

describe('the hold-out in time', () => {
  const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 2 });
  const bench = createBench(2, compute);
  const stage = (definition: Parameters<typeof bench.stage>[0], config: ProjectConfig, inputs: ArtifactRefs) =>
    bench.stage(definition, config, inputs, { asOf: AS_OF, sql: { 'lines.sql': OWN_SQL } });
  afterAll(async () => {
    await compute.close();
    await bench.dispose();
  });

  /** Everything up to the clustering. */
  async function clustered(rows: readonly LineRow[]): Promise<ArtifactRefs> {
    const config = configWith();
    let inputs: ArtifactRefs = { 'quality.transactions': await bench.artifact('quality.transactions', linesSelect(rows)) };
    for (const definition of [clean, features, prepare, contenders[0], selection, clustering])
      inputs = { ...inputs, ...(await stage(definition, config, inputs)).outputs };
    return inputs;
  }

  async function heldOut(inputs: ArtifactRefs, options: Record<string, unknown> = {}) {
    const output = await stage(holdout, configWith(options), inputs);
    return { output, report: await bench.artifacts.readJson<HoldoutReport>(output.outputs['clustering.holdout']) };
  }

  let same: ArtifactRefs;
  let swapped: ArtifactRefs;
  beforeAll(async () => {
    same = await clustered(planted([0, 1, 2]));
    // Frequent buyers become rare ones and the other way round; the second kind stays.
    swapped = await clustered(planted([2, 1, 0]));
  }, 120_000);

  it('finds that customers who buy as before keep their personas', async () => {
    const { report, output } = await heldOut(same);
    expect(report).toMatchObject({
      days: 183,
      reason: null,
      windows: [
        { first: EARLIER[0], last: EARLIER[1], customers: 121, fitted: 121 },
        { first: LATER[0], last: LATER[1], customers: 121, fitted: 121 },
      ],
    });
    const { comparison } = report;
    expect(comparison).toMatchObject({ customers: 120, stayed: 120, adjustedRand: 1, anew: { k: 3, adjustedRand: 1, predictionStrength: 1 } });
    expect(comparison?.personas.map(({ label }) => label)).toEqual(['stable', 'stable', 'stable']);
    // Published personas, each once.
    expect(comparison?.personas.map(({ cluster }) => cluster).sort()).toEqual([0, 1, 2]);
    expect(comparison?.personas.reduce((sum, { left, joined }) => sum + left + 10 * joined, 0)).toBe(11);
    expect(output.warnings).toEqual([]);
    expect(output.facts).toEqual({ holdout: { days: 183, customers: [121, 121], inBoth: 120, stayed: 120, personas: 3, fading: 0 } });
  });

  it('tells personas whose customers swap them from groups that are no longer there', async () => {
    const { report, output } = await heldOut(swapped);
    const { comparison } = report;
    expect(comparison).toMatchObject({ customers: 120, stayed: PER_GROUP });
    const byJaccard = comparison!.personas.map(({ jaccard }) => jaccard).sort();
    expect(byJaccard).toEqual([0, 0, 1]);
    expect(comparison!.personas.filter(({ label }) => label === 'not to be trusted')).toHaveLength(2);
    // The customers moved, the groups did not: the later window grouped anew shows the very same ones.
    expect(comparison!.anew).toEqual({ k: 3, adjustedRand: 1, predictionStrength: 1 });
    expect(output.warnings).toHaveLength(1);
    expect(output.warnings[0]).toContain('2 of 3 personas do not last');
  });

  it('uses the columns of the published model, those it dropped stay dropped', async () => {
    const { report } = await heldOut(same);
    const published = await bench.artifacts.readJson<Preprocessing>(same['prepare.preprocessing']);
    expect(published.dropped.map(({ column }) => column)).toContain('lines_seen');
    expect(report.comparison?.columns).toEqual(published.columns.map(({ column }) => column));
  });

  it('gives the same bytes again, and whatever the order of the rows', async () => {
    const { output } = await heldOut(same);
    const reversed = planted([0, 1, 2]).reverse();
    const again = await heldOut(await clustered(reversed));
    expect((await heldOut(same)).output.outputs).toEqual(output.outputs);
    expect(again.output.outputs).toEqual(output.outputs);
  });

  it('blocks only where it is asked to', async () => {
    await expect(heldOut(swapped, { block: true })).rejects.toMatchObject({ code: 'NO_ACCEPTABLE_MODEL' });
    expect((await heldOut(same, { block: true })).output.warnings).toEqual([]);
  });

  it.each([
    ['too few customers', { minCustomers: 122 }, 'fewer than 122 customers bought from 2024-01-01 to 2024-07-01'],
    ['too short a history', { days: 184 }, 'the history of 366 days does not hold two windows of 184 days each'],
  ])('gives a reason for %s, and no error', async (_, options, reason) => {
    const { report, output } = await heldOut(same, options);
    expect(report).toMatchObject({ comparison: null, reason });
    expect(output).toMatchObject({ warnings: [], rowsOut: null });
    expect((await heldOut(same, { ...options, block: true })).output.warnings[0]).toContain('nothing was blocked');
  });

  it('looks at windows of the length asked for', async () => {
    const { report } = await heldOut(same, { days: 100 });
    expect(report.windows?.map(({ first, last }) => [first, last])).toEqual([
      ['2024-06-15', '2024-09-22'],
      ['2024-09-23', '2024-12-31'],
    ]);
  });

  describe('its windows', () => {
    const at = (day: string): LineRow => [1, 'a', '1', 'P1', 1, '1.00', `${day} 12:00:00`, 'Thing', 'France'];
    const windowsOn = (rows: readonly LineRow[], asOf: string, days: number | null = null) =>
      bench.inSession(async (session) => {
        await session.table('history.lines', linesSelect(rows));
        const [row] = await session.rows<WindowsRow>(windowsSql('history.lines'), { as_of: { date: asOf }, days });
        return windowsOf(row);
      });

    it('are the halves of the history, the day too many of an odd number left out at its beginning', async () =>
      expect(await windowsOn([at('2024-02-27')], '2024-03-02')).toEqual({
        // 27, 28 and 29 February, 1 and 2 March: five days, two each
        days: 2,
        windows: [
          { first: '2024-02-28', last: '2024-02-29' },
          { first: '2024-03-01', last: '2024-03-02' },
        ],
      }));

    it('do not see lines after the as-of date, and need two days', async () => {
      expect(await windowsOn([at('2024-03-02'), at('2024-03-01')], '2024-03-01')).toMatch(/history of 1 days/);
      expect(await windowsOn([at('2024-03-02')], '2024-03-01')).toMatch(/history of 0 days/);
    });

    it('meet without a gap and share no line', async () => {
      const times = ['2024-02-27 23:59:59', '2024-02-28 00:00:00', '2024-02-29 23:59:59', '2024-03-01 00:00:00', '2024-03-02 23:59:59', '2024-03-03 00:00:00'];
      const rows = times.map((time, i): LineRow => [i + 1, 'a', '1', 'P1', 1, '1.00', time, 'Thing', 'France']);
      const found = await bench.inSession(async (session) => {
        await session.table('history.lines', linesSelect(rows));
        const ids = [];
        for (const [first, last] of [['2024-02-28', '2024-02-29'], ['2024-03-01', '2024-03-02']])
          ids.push((await session.rows<{ row_id: number }>(windowLinesSql('history.lines'), windowParams({ first, last }))).map(({ row_id }) => row_id));
        return ids;
      });
      expect(found).toEqual([[2, 3], [4, 5]]);
    });
  });
});
