import { createHash } from 'node:crypto';
import { clustering } from '../../src/activities/clustering';
import { loadModel } from '../../src/activities/stored-model';
import { contenders, selection } from '../../src/activities/selection';
import type { StageDeps, StageOutput, StageWork } from '../../src/activities/stage';
import { createComputePool, type ThreadedCompute } from '../../src/adapters/compute';
import { modelingConfig } from '../../src/config/modeling';
import type { ArtifactRef, ArtifactRefs } from '../../src/contracts/artifacts';
import type { ClusterModel, DensityRows } from '../../src/contracts/model';
import type { IndependentCheck, PcaReport, PictureReport, SelectionReport } from '../../src/contracts/selection';
import { DENSITY_ROWS } from '../../src/core/clustering/density/stored';
import type { Matrix } from '../../src/core/linalg/matrix';
import { bundleThread } from '../adapters/compute/bundle';
import { blobs } from '../core/clustering/data';
import { onlineRetail, standardise } from '../reference/clustering-sets';
import { describeWithShared } from '../support/shared';
import { createTestEngine } from '../support/warehouse';

const entry = bundleThread('src/workers/compute-thread.ts');
const { sql, artifacts, dispose } = createTestEngine();
const pools: ThreadedCompute[] = [];
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await dispose();
});

const modeling = modelingConfig.parse({
  clusters: { min: 2, max: 6 },
  restarts: 8,
  stability: { resamples: 8 },
  gapDraws: 2,
});
const pidOf = (row: number): string => `c_${createHash('md5').update(String(row)).digest('hex')}`;

/** `prepare.matrix` of these rows, put into the table in the given order. */
async function saveMatrix({ rows, cols, names, values }: Matrix, order: (row: number) => number): Promise<ArtifactRef> {
  const session = await sql.session();
  try {
    const at = Array.from({ length: rows }, (_, row) => order(row));
    await session.insert('prepare.unordered', [
      { name: 'pid', type: 'VARCHAR', values: at.map(pidOf) },
      ...names.map((name, j) => ({
        name,
        type: 'DOUBLE' as const,
        values: Float64Array.from(at, (row) => values[row * cols + j]),
      })),
    ]);
    return await session.save('prepare.matrix', 'SELECT * FROM prepare.unordered ORDER BY pid');
  } finally {
    await session.close();
  }
}

function workOf(inputs: ArtifactRefs, threads: number, signal = new AbortController().signal, own = modeling): StageWork {
  const compute = createComputePool({ entry, threads });
  pools.push(compute);
  const deps = { artifacts, sql, compute } as unknown as StageDeps;
  const config = {
    modeling: own,
    objective: { granularity: { min: 3, max: 5 } },
    prepare: { scale: 'standard' },
    privacy: { kMin: 11 },
  } as unknown as StageWork['config'];
  return { inputs, config, deps, signal, progress: () => undefined, run: {}, project: {} } as unknown as StageWork;
}

it('the rows of a density stand in one object, which selection, report and model do without', async () => {
  const matrix = standardise(blobs([[0, 0], [9, 0], [0, 9]], [90, 70, 50], 1, 3).matrix);
  const density = modelingConfig.parse({ ...modeling, algorithms: ['density'], picture: { method: 'none' } });
  const read = {
    'prepare.matrix': await saveMatrix(matrix, (row) => row),
    'prepare.preprocessing': await artifacts.writeJson('prepare.preprocessing', { columns: matrix.names.map((column) => ({ column })), dropped: [], correlation: [], rows: matrix.rows }),
  };
  const work = (inputs: ArtifactRefs): StageWork => workOf(inputs, 1, undefined, density);
  const offer = await contenders.find(({ part }) => part === 'density')!.work(work(read));
  const selected = await selection.work(work({ ...read, ...offer.outputs }));
  const clustered = await clustering.work(work({ ...read, ...selected.outputs }));
  const { rows } = await artifacts.readJson<DensityRows>(offer.outputs[DENSITY_ROWS]);
  expect(rows).toHaveLength(matrix.rows);
  const coordinates = rows.flat().map((value) => JSON.stringify(value));
  for (const ref of [offer.outputs['selection.density'], selected.outputs['selection.report'], clustered.outputs['clustering.model']]) {
    const text = (await artifacts.readBytes(ref)).toString('utf8');
    expect(text).toContain(offer.outputs[DENSITY_ROWS].sha256);
    expect(coordinates.filter((value) => text.includes(value))).toEqual([]);
  }
  const { sizes } = await loadModel(artifacts, clustered.outputs['clustering.model']);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(190);
});

describeWithShared('selection and clustering of the Online Retail customers', () => {
  let matrix: Matrix;
  let inputs: ArtifactRefs;
  let selected: StageOutput;
  let clustered: StageOutput;

  async function runBoth(
    order: (row: number) => number,
    threads: number,
  ): Promise<{ selected: StageOutput; clustered: StageOutput; inputs: ArtifactRefs }> {
    const preprocessing = {
      columns: matrix.names.map((column) => ({ column })),
      dropped: [],
      correlation: [],
      rows: matrix.rows,
    };
    const read = {
      'prepare.matrix': await saveMatrix(matrix, order),
      'prepare.preprocessing': await artifacts.writeJson('prepare.preprocessing', preprocessing),
    };
    const offer = await contenders[0].work(workOf(read, threads));
    const first = await selection.work(workOf({ ...read, ...offer.outputs }, threads));
    const second = await clustering.work(workOf({ ...read, ...first.outputs }, threads));
    return { selected: first, clustered: second, inputs: read };
  }

  beforeAll(async () => {
    matrix = await onlineRetail();
    ({ selected, clustered, inputs } = await runBoth((row) => row, 2));
  });

  it('the report chooses within the limits and explains every candidate', async () => {
    const report = await artifacts.readJson<SelectionReport>(selected.outputs['selection.report']);
    expect(report.candidates.map(({ k }) => k)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(report.chosen.k).toBeGreaterThanOrEqual(3);
    expect(report.chosen.k).toBeLessThanOrEqual(5);
    expect(report.candidates.filter(({ status }) => status === 'chosen')).toHaveLength(1);
    // Best known inertias of the shared online_retail_clustering.json for k = 2 to 4.
    [6485.81688702, 4869.43593261, 3938.42955788].forEach((best, i) =>
      expect((report.candidates[i + 1].inertia ?? Infinity) / best).toBeLessThan(1.001),
    );
    expect(selected).toMatchObject({ rowsIn: 4339, facts: { k: report.chosen.k } });
  });

  it('assignments hold every customer once, agree with the model, and ml-kmeans confirms them', async () => {
    const model = await artifacts.readJson<ClusterModel>(clustered.outputs['clustering.model']);
    const check = await artifacts.readJson<IndependentCheck>(clustered.outputs['clustering.check']);
    expect(check).toMatchObject({ passed: true, rows: 4339, disagreements: 0 });
    expect(clustered.summary).toBe(
      `4,339 customers in ${model.k} clusters; ${check.implementation} confirms the published k-means solution, k = ${model.k} on 4,339 rows`,
    );
    const session = await sql.session();
    await session.view('clustering.assignments', clustered.outputs['clustering.assignments']);
    const counts = await session.rows<{ cluster: number; n: number; ids: number; inertia: number }>(
      'SELECT cluster, count(*)::INTEGER AS n, count(DISTINCT pid)::INTEGER AS ids, fsum(distance * distance) AS inertia FROM clustering.assignments WHERE margin >= 0 AND probability > 0 AND probability <= 1 GROUP BY cluster ORDER BY cluster',
    );
    await session.close();
    expect(counts.map(({ n }) => n)).toEqual(model.sizes);
    expect(counts.map(({ ids }) => ids)).toEqual(model.sizes);
    expect(counts.reduce((sum, { inertia }) => sum + inertia, 0) / model.inertia).toBeCloseTo(1, 10);
  });

  it('the components explain everything and name nobody', async () => {
    const pca = await artifacts.readJson<PcaReport>(clustered.outputs['clustering.pca']);
    expect(pca.columns).toEqual(['recency', 'frequency', 'monetary']);
    expect(pca.scatter).toHaveLength(2000);
    expect(JSON.stringify(pca)).not.toContain('c_');
  });

  it('the picture shows a thousand customers, names nobody, and is no input of the selection', async () => {
    const picture = await artifacts.readJson<PictureReport>(clustered.outputs['clustering.picture']);
    expect(picture.scatter).toHaveLength(1000);
    expect(picture.trustworthiness?.value).toBeGreaterThan(0.97);
    expect(JSON.stringify(picture)).not.toContain('c_');
    for (const { reads, configOf } of [...contenders, selection]) {
      const { config } = workOf(inputs, 1);
      const without = { ...config, modeling: { ...modeling, picture: { method: 'none', rows: 16 } } } as typeof config;
      expect(configOf(without)).toEqual(configOf(config));
      expect(reads.join()).not.toContain('picture');
    }
  });

  it('one thread instead of two, and rows in another order, give the same bytes', async () => {
    // 4339 is prime to 2000, so this visits each row once.
    const again = await runBoth((row) => (row * 2000 + 7) % 4339, 1);
    expect(again.inputs['prepare.matrix'].sha256).toBe(inputs['prepare.matrix'].sha256);
    expect(again.selected).toEqual(selected);
    expect(again.clustered).toEqual(clustered);
  });

  it('a cancelled run stops', async () => {
    const controller = new AbortController();
    const running = contenders[0].work(workOf(inputs, 2, controller.signal));
    setTimeout(() => controller.abort(), 100);
    await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/CANCELLED|ENGINE_FAILED/) as string });
  });
});
