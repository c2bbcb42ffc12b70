import type { ColumnPreparation, Preprocessing } from '../../src/contracts/model';
import type { RunContext } from '../../src/contracts/run';
import type { ProjectConfig } from '../../src/config/project';
import { report } from '../../src/activities/report';
import type { StageWork } from '../../src/activities/stage';
import { certaintySql, type CertaintyRow } from '../../src/core/report/certainty';
import { outlierColumn, outlierSql, type OutlierRow } from '../../src/core/report/outliers';
import type { Matrix } from '../../src/core/linalg/matrix';
import { basisColumn } from '../../src/core/prepare/apply';
import { reportFixture } from '../support/report-fixture';
import { normal, stream } from '../support/report-fixture/numbers';
import { createTestEngine } from '../support/warehouse';

const ROWS = 400;
const NAMES = [
  'recency_days',
  'frequency',
  'monetary',
  'average_order_value',
  'distinct_products',
  'return_rate',
  'season_spring',
  'season_summer',
  'season_autumn',
  'season_winter',
  'mix_christmas',
  'mix_kitchen',
  'mix_bags',
  'mix_decoration',
  'mix_other',
];
const K_MIN = 11;

/** Heavy-tailed amounts, shares of wholes that sum to 1, and a few missing values. */
function featureTable(): Matrix {
  const next = stream(3);
  const whole = (parts: number): number[] => {
    const raw = Array.from({ length: parts }, () => next() ** 2);
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((v) => v / sum);
  };
  const values = Array.from({ length: ROWS }, (_, i) => [
    ...Array.from({ length: 5 }, () => Math.exp(normal(next) * 1.5 + 3)),
    i % 50 === 0 ? NaN : next() ** 3,
    ...whole(4),
    ...whole(5),
  ]);
  return { rows: ROWS, cols: NAMES.length, names: NAMES, values: Float64Array.from(values.flat()) };
}

const columnOf = (table: Matrix, j: number): (number | null)[] =>
  Array.from({ length: table.rows }, (_, i) => table.values[i * table.cols + j]).map((v) =>
    Number.isNaN(v) ? null : v,
  );

/** Quantile of type 7, by its definition. */
function quantile(sorted: readonly number[], p: number): number {
  const h = (sorted.length - 1) * p;
  const low = Math.floor(h);
  return sorted[low] + (h - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

function boxOf(values: readonly number[]): Record<string, number> {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    low: sorted[K_MIN - 1],
    q1: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    q3: quantile(sorted, 0.75),
    high: sorted[sorted.length - K_MIN],
  };
}

describe('the stage report', () => {
  const engine = createTestEngine();
  const table = featureTable();
  const inputs = reportFixture();
  afterAll(() => engine.dispose());

  async function saveFeatures(order = 'pid') {
    const session = await engine.sql.session();
    try {
      await session.insert('raw.features', [
        {
          name: 'pid',
          type: 'VARCHAR',
          values: Array.from({ length: ROWS }, (_, i) => `c_${String(i).padStart(4, '0')}`),
        },
        ...NAMES.map((name, j) => ({ name, type: 'DOUBLE' as const, values: columnOf(table, j) })),
      ]);
      return await session.save('features.features', `SELECT * FROM raw.features ORDER BY ${order}`);
    } finally {
      await session.close();
    }
  }

  /** Every customer next to one other cluster, some nearly as near; those of the last cluster belong to none. */
  const assigned = Array.from({ length: ROWS }, (_, i) => {
    const cluster = (i % 4) - (i % 4 === 3 ? 4 : 0);
    return {
      cluster,
      runnerUp: cluster < 0 ? 2 : (cluster + 1 + (i % 7 === 0 ? 1 : 0)) % 3,
      probability: cluster < 0 ? 0 : 0.5 + ((i * 37) % 100) / 200,
    };
  });

  async function saveAssignments(order = 'pid') {
    const session = await engine.sql.session();
    try {
      await session.insert('raw.assignments', [
        { name: 'pid', type: 'VARCHAR', values: assigned.map((_, i) => `c_${String(i).padStart(4, '0')}`) },
        { name: 'cluster', type: 'INTEGER', values: Int32Array.from(assigned, ({ cluster }) => cluster) },
        { name: 'runner_up', type: 'INTEGER', values: Int32Array.from(assigned, ({ runnerUp }) => runnerUp) },
        { name: 'probability', type: 'DOUBLE', values: Float64Array.from(assigned, ({ probability }) => probability) },
      ]);
      return await session.save('clustering.assignments', `SELECT * FROM raw.assignments ORDER BY ${order}`);
    } finally {
      await session.close();
    }
  }

  async function workOf(over: Partial<StageWork> = {}): Promise<StageWork> {
    const { artifacts } = engine;
    const refs = {
      'extract.report': await artifacts.writeJson('extract.report', inputs.extract),
      'quality.report': await artifacts.writeJson('quality.report', inputs.quality),
      'clean.report': await artifacts.writeJson('clean.report', inputs.clean),
      'features.report': await artifacts.writeJson('features.report', inputs.features),
      'features.features': await saveFeatures(),
      'prepare.preprocessing': await artifacts.writeJson('prepare.preprocessing', inputs.preprocessing),
      'selection.report': await artifacts.writeJson('selection.report', inputs.selection),
      'clustering.model': await artifacts.writeJson('clustering.model', inputs.model),
      'clustering.assignments': await saveAssignments(),
      'clustering.second': await artifacts.writeJson('clustering.second', inputs.second),
      'clustering.check': await artifacts.writeJson('clustering.check', inputs.check),
      'clustering.pca': await artifacts.writeJson('clustering.pca', inputs.pca),
      'personas.personas': await artifacts.writeJson('personas.personas', inputs.personas),
    };
    const config = inputs.config as ProjectConfig;
    const run = {
      project: 'gift-shop',
      environment: 'prod',
      asOf: '2011-12-09',
      knownAt: null,
      configDigest: 'd'.repeat(64),
      runId: 'gift-shop-prod-2011-12-09-1',
      actor: 'ada@example.org',
      attempt: 3,
    } as RunContext;
    return {
      run,
      project: { format: 1, config, sql: {} },
      config,
      inputs: refs,
      signal: new AbortController().signal,
      progress: () => undefined,
      deps: {
        artifacts,
        sql: engine.sql,
        reportRuntime: () => Promise.resolve('globalThis.ran=true'),
        code: { version: '0.0.0', digest: '', stages: {} },
      } as unknown as StageWork['deps'],
      ...over,
    };
  }

  it('writes the page and the model card, and says nothing of run, attempt or actor in them', async () => {
    const work = await workOf();
    const { outputs, summary } = await report.work(work);
    expect(Object.keys(outputs)).toEqual(['report.html', 'report.model_card']);
    const [page, card] = await Promise.all(
      Object.values(outputs).map(async (ref) => (await engine.artifacts.readBytes(ref)).toString('utf8')),
    );
    expect(page).toMatch(/^<!doctype html>/);
    expect(card).toMatch(/^# Model card/);
    for (const text of [page, card]) expect(text).not.toMatch(/gift-shop-prod-2011-12-09-1|ada@example|c_0001/);
    expect(summary).toMatch(/^one page of \d+ KB on 5 personas, and the model card$/);
  });

  it('writes the same bytes again, also from a feature table in another order', async () => {
    const work = await workOf();
    const first = await report.work(work);
    const second = await report.work({
      ...work,
      inputs: {
        ...work.inputs,
        'features.features': await saveFeatures('monetary DESC'),
        'clustering.assignments': await saveAssignments('probability DESC, pid DESC'),
      },
    });
    expect(second.outputs).toEqual(first.outputs);
  });

  it('has a key of its own for each project, environment, config and browser code', async () => {
    const work = await workOf();
    const others: StageWork[] = [
      work,
      { ...work, run: { ...work.run, project: 'toy-shop' } },
      { ...work, run: { ...work.run, environment: 'test' } },
      { ...work, run: { ...work.run, configDigest: 'e'.repeat(64) } },
      { ...work, deps: { ...work.deps, reportRuntime: () => Promise.resolve('globalThis.ran=2') } },
    ];
    const keys = await Promise.all(others.map(async (other) => report.extraKey?.(other)));
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(others.length);
  });

  it('leaves places out of the config that its key depends on', () => {
    const config = inputs.config as ProjectConfig;
    expect(JSON.stringify(report.configOf(config))).not.toMatch(/GIFT_SHOP_KEY|exports\//);
  });

  it('reads a picture where one was made', async () => {
    const work = await workOf();
    const drawn = async (more: StageWork['inputs']) => {
      const { outputs } = await report.work({ ...work, inputs: { ...work.inputs, ...more } });
      return (await engine.artifacts.readBytes(outputs['report.html'])).toString('utf8');
    };
    expect(await drawn({})).not.toContain('data-plot="picture"');
    const picture = {
      method: 'UMAP, 15 neighbours',
      trustworthiness: { value: 0.941, neighbours: 15 },
      scatter: inputs.pca.scatter,
    };
    const page = await drawn({ 'clustering.picture': await engine.artifacts.writeJson('clustering.picture', picture) });
    expect(page).toContain('data-plot="picture"');
    expect(page).toContain('Trustworthiness 0.941 for 15 neighbours');
  });

  it('counts how sure customers are by cluster and runner-up, without those of no cluster', async () => {
    const session = await engine.sql.session();
    try {
      await session.view('clustering.assignments', await saveAssignments());
      const rows = await session.rows<CertaintyRow & Record<string, unknown>>(certaintySql('clustering.assignments'), {
        clear: 0.95,
        uncertain: 0.8,
      });
      const groups = [0, 1, 2].flatMap((cluster) =>
        [null, 0, 1, 2].filter((other) => other !== cluster).map((runnerUp) => ({ cluster, runnerUp })),
      );
      expect(rows.map(({ cluster, runnerUp }) => ({ cluster, runnerUp }))).toEqual(groups);
      for (const { cluster, runnerUp, clear, likely, uncertain, median } of rows) {
        const own = assigned
          .filter((row) => row.cluster === cluster && (runnerUp === null || row.runnerUp === runnerUp))
          .map(({ probability }) => probability);
        const between = (low: number, high: number): number => own.filter((p) => p >= low && p < high).length;
        expect([clear, likely, uncertain]).toEqual([between(0.95, 2), between(0.8, 0.95), between(0, 0.8)]);
        expect(median).toBeCloseTo(
          quantile(
            [...own].sort((a, b) => a - b),
            0.5,
          ),
          12,
        );
      }
    } finally {
      await session.close();
    }
  });

  describe('quantiles before and after winsorising', () => {
    const columns = (inputs.preprocessing satisfies Preprocessing).columns;
    it.each(columns.map((c) => [c.column, c] as const))(
      'of %s agree with the kernel of prepare',
      async (_, column: ColumnPreparation) => {
        const session = await engine.sql.session();
        try {
          await session.view('features.features', await saveFeatures());
          const [row] = await session.rows<OutlierRow>(outlierSql(column, 'features.features', K_MIN));
          const found = outlierColumn(column, row);
          const before = [...basisColumn(column, table)].filter((v) => !Number.isNaN(v));
          const { lower, upper } = column.winsorise;
          const after = before.map((v) => Math.min(upper ?? Infinity, Math.max(lower ?? -Infinity, v)));
          expect(found.values).toBe(before.length);
          for (const [box, values] of [
            [found.before, before],
            [found.after, after],
          ] as const) {
            for (const [name, value] of Object.entries(boxOf(values)))
              expect(box[name as keyof typeof box]).toBeCloseTo(value, 9);
          }
        } finally {
          await session.close();
        }
      },
    );

    it('leave the whiskers out where there are fewer customers than kMin', async () => {
      const session = await engine.sql.session();
      try {
        await session.insert('few.features', [{ name: 'frequency', type: 'DOUBLE', values: [1, 2, 3] }]);
        const column: ColumnPreparation = {
          ...columns.find((c) => c.column === 'frequency')!,
          winsorise: { lower: null, upper: 2.5, cells: 1 },
        };
        const [row] = await session.rows<OutlierRow>(outlierSql(column, 'few.features', K_MIN));
        const { before, after } = outlierColumn(column, row);
        expect(before).toEqual({ low: null, q1: 1.5, median: 2, q3: 2.5, high: null });
        expect(after).toEqual({ low: null, q1: 1.5, median: 2, q3: 2.25, high: null });
      } finally {
        await session.close();
      }
    });
  });
});
