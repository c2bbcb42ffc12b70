import { Worker } from 'node:worker_threads';
import { createComputePool, createInlineCompute, type ThreadedCompute } from '../../../src/adapters/compute';
import { TASKS } from '../../../src/adapters/compute/tasks';
import type { Preprocessing } from '../../../src/contracts/model';
import type { SelectionReport } from '../../../src/contracts/selection';
import { modelingConfig } from '../../../src/config/modeling';
import { assignAll } from '../../../src/core/clustering/final/assignments';
import { checkIndependently } from '../../../src/core/clustering/final/check';
import { describeComponents } from '../../../src/core/clustering/final/components';
import type { FinalInput } from '../../../src/core/clustering/final/input';
import { finalModel } from '../../../src/core/clustering/final/model';
import { checkOnSecondSample } from '../../../src/core/clustering/final/second-sample';
import { IMPLEMENTATION } from '../../../src/core/clustering/kmeans/independent-check';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { selectModel } from '../../../src/core/selection/select';
import { createSimdKernel } from '../../../src/core/kernels/simd-kernel';
import { testKernels } from '../../support/kernels';
import { dependencies } from '../../../package.json';
import { standardise } from '../../reference/clustering-sets';
import { blobs, idsOf } from '../../core/clustering/data';
import { bundleThread } from './bundle';

const entry = bundleThread('src/workers/compute-thread.ts');
const pools: ThreadedCompute[] = [];
const pool = (threads: number, kernels: WebAssembly.Module | null = null): ThreadedCompute => {
  const made = createComputePool({ entry, threads, kernels });
  pools.push(made);
  return made;
};
afterAll(() => Promise.all(pools.map((made) => made.close())));

// Candidates are fitted to a sample, the chosen one is finished on all rows; above 5,000 the check sees a sample.
const large = standardise(
  blobs(
    [
      [0, 0, 0],
      [6, 0, 0],
      [0, 6, 0],
      [0, 0, 6],
    ],
    [5000, 3000, 2500, 1500],
    1.2,
  ).matrix,
);
const small = standardise(
  blobs(
    [
      [0, 0, 0],
      [6, 0, 0],
      [0, 6, 0],
    ],
    [200, 150, 120],
    1,
  ).matrix,
);
const modeling = modelingConfig.parse({
  clusters: { min: 2, max: 5 },
  sampleRows: 700,
  restarts: 6,
  stability: { resamples: 4 },
  gapDraws: 2,
  seed: 3,
});
const select = (
  matrix: Matrix,
  compute: FinalInput['compute'],
  limits = { min: 3, max: 5 },
): Promise<SelectionReport> => selectModel({ matrix, ids: idsOf(matrix.rows), modeling, limits, compute });
const preprocessingOf = ({ names, rows }: Matrix): Preprocessing => ({
  columns: names.map((column) => ({ column })) as unknown as Preprocessing['columns'],
  dropped: [],
  correlation: [],
  rows,
});

async function inputFor(matrix: Matrix, k: number): Promise<FinalInput> {
  const compute = pool(2);
  return {
    matrix,
    ids: idsOf(matrix.rows),
    preprocessing: preprocessingOf(matrix),
    selection: await select(matrix, compute, { min: k, max: k }),
    modeling,
    kMin: 11,
    compute,
  };
}

it('a selection is the same to the last bit inline, in one thread and in three', async () => {
  const inline = JSON.stringify(await select(large, createInlineCompute()));
  expect(JSON.stringify(await select(large, pool(1)))).toBe(inline);
  expect(JSON.stringify(await select(large, pool(3)))).toBe(inline);
});

it('in WebAssembly it has the bits of the plain kernels, in one thread, in two and in four', async () => {
  const inline = JSON.stringify(await select(large, createInlineCompute()));
  for (const threads of [1, 2, 4]) expect(JSON.stringify(await select(large, pool(threads, testKernels())))).toBe(inline);
  expect(JSON.stringify(await select(large, createInlineCompute(undefined, { kernel: createSimdKernel(testKernels()) })))).toBe(inline);
});

it('a fit in WebAssembly that takes minutes is stopped within a second', async () => {
  const points = { rows: 200_000, cols: 8, stride: 8, values: Float64Array.from({ length: 1_600_000 }, (_, i) => Math.sin(i * 0.7) + Math.cos(i * i)) };
  const options = { seed: 1, restarts: 1000 };
  const worker = new Worker(entry, { workerData: { kernels: testKernels() } });
  let answers = 0;
  worker.on('message', () => answers++);
  worker.postMessage({ type: 'shared', map: 1, value: { sample: points, all: null, options } });
  worker.postMessage({ type: 'task', map: 1, index: 0, task: 'selection.fit', payload: [{ algorithm: 'kmeans', k: 24 }] });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const asked = performance.now();
  // What the pool does with a thread whose map was cancelled.
  await worker.terminate();
  expect(performance.now() - asked).toBeLessThan(1000);
  expect(answers).toBe(0);
});

describe.each([
  ['a sample', large, 4],
  ['all customers', small, 3],
] as const)('the final model, checked on %s', (name, matrix, groups) => {
  let input: FinalInput;
  beforeAll(async () => {
    input = await inputFor(matrix, groups);
  });

  it('keeps the solution of the selection, assigns everyone and is confirmed by ml-kmeans', async () => {
    const final = await finalModel(input);
    const { model, points } = final;
    expect(model.k).toBe(groups);
    expect(model.sizes.reduce((sum, size) => sum + size, 0)).toBe(matrix.rows);
    expect(model.solution).toEqual({ kind: 'centroids', centroids: model.centroids });
    const { cluster, probability, margin, runnerUp } = await assignAll(model, points, input);
    const counted = model.sizes.map((_, c) => cluster.filter((label) => label === c).length);
    expect(counted).toEqual(model.sizes);
    expect(probability.every((value) => value > 0 && value <= 1)).toBe(true);
    expect(margin.every((value) => value >= 0)).toBe(true);
    expect(runnerUp.every((label, i) => label !== cluster[i] && label >= 0 && label < groups)).toBe(true);
    const check = await checkIndependently(final, cluster, input);
    expect(check).toMatchObject({
      implementation: IMPLEMENTATION,
      passed: true,
      disagreements: 0,
      rows: name === 'a sample' ? 5000 : matrix.rows,
    });
    // All customers: 1e-3 and nothing else. The sample has at least 600 of the smallest cluster: some hundredths.
    expect(check.allowedMove).toBeGreaterThanOrEqual(1e-3);
    expect(check.allowedMove).toBeLessThanOrEqual(name === 'a sample' ? 0.2 : 1e-3);
    expect(IMPLEMENTATION).toBe(`ml-kmeans ${dependencies['ml-kmeans']}`);
  });

  it('a moved centroid or a wrong label is INDEPENDENT_CHECK_FAILED', async () => {
    const final = await finalModel(input);
    const { model, points } = final;
    const { cluster } = await assignAll(model, points, input);
    const centroids = model.centroids.map((centroid, c) => (c === 0 ? centroid.map((value) => value + 0.2) : centroid));
    const moved = { ...final, model: { ...model, solution: { kind: 'centroids' as const, centroids } } };
    await expect(checkIndependently(moved, cluster, input)).rejects.toMatchObject({
      code: 'INDEPENDENT_CHECK_FAILED',
      details: { passed: false },
    });
    const wrong = cluster.map((label, i) => (i % 50 === 0 ? (label + 1) % groups : label));
    await expect(checkIndependently(final, wrong, input)).rejects.toMatchObject({
      code: 'INDEPENDENT_CHECK_FAILED',
    });
  });

  it('is looked at again on a second sample, where there is one', async () => {
    const { model } = await finalModel(input);
    const second = await checkOnSecondSample(model, input);
    if (name === 'all customers') expect(second).toMatchObject({ rows: 0, k: null, adjustedRand: null, finding: expect.stringContaining('there is no second one') as string });
    else {
      expect(second).toMatchObject({ rows: 700, k: groups });
      expect(second.adjustedRand).toBeGreaterThan(0.98);
    }
  });

  it('components come with a scatter of at most 2,000 rows that names nobody', async () => {
    const { model, points } = await finalModel(input);
    const { cluster } = await assignAll(model, points, input);
    const pca = await describeComponents(input, cluster, false);
    expect(pca.scatter).toHaveLength(Math.min(2000, matrix.rows));
    expect(pca.scatter.every(([x, y, label]) => Number.isFinite(x) && Number.isFinite(y) && label < groups)).toBe(true);
    expect(pca.explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(JSON.stringify(pca)).not.toContain('c_0');
  });

  it('a matrix with other columns than its preprocessing is refused', async () => {
    const other = { ...input, preprocessing: preprocessingOf({ ...matrix, names: ['a', 'b', 'c'] }) };
    await expect(finalModel(other)).rejects.toMatchObject({ code: 'COLUMN_MISSING' });
  });
});

describe('what is published is what the solution assigns', () => {
  const all = modelingConfig.parse({ ...modeling, algorithms: ['kmeans', 'hierarchical', 'mixture', 'density'], mixture: { models: ['VVI'], starts: 3 }, density: { minClusterSizes: [0.05], maxNoise: 0.5 } });
  const inputOf = async (algorithm: (typeof all.algorithms)[number], limits: { min: number; max: number }): Promise<FinalInput> => {
    const own = { ...all, algorithms: [algorithm] };
    const compute = pool(2);
    const selection = await selectModel({ matrix: large, ids: idsOf(large.rows), modeling: own, limits, compute });
    return { matrix: large, ids: idsOf(large.rows), preprocessing: preprocessingOf(large), selection, modeling: own, kMin: 11, compute };
  };
  const countsOf = (cluster: Int32Array, k: number): number[] => Array.from({ length: k }, (_, c) => cluster.filter((label) => label === c).length);

  it.each(all.algorithms)('by %s: sizes are those of the assignments, largest first, the rest is unassigned', async (algorithm) => {
    const input = await inputOf(algorithm, { min: 2, max: 5 });
    const { model, points } = await finalModel(input);
    const { cluster } = await assignAll(model, points, input);
    expect(model.algorithm).toBe(algorithm);
    expect(countsOf(cluster, model.k)).toEqual(model.sizes);
    expect([...model.sizes].sort((a, b) => b - a)).toEqual(model.sizes);
    expect(cluster.filter((label) => label < 0)).toHaveLength(model.unassigned);
  });

  it("the sample's solution is kept where the fit to all customers fails a gate, and k-means is confirmed all the same", async () => {
    const input = await inputOf('kmeans', { min: 4, max: 4 });
    const free = await finalModel(input);
    const shareOf = ({ model }: typeof free): number => Math.min(...model.sizes) / large.rows;
    const kept = { ...input, modeling: { ...input.modeling, sizeGates: { ...input.modeling.sizeGates, minShare: shareOf(free) + 1e-9 } } };
    const final = await finalModel(kept);
    expect(final.refined).toBe(false);
    expect(final.warnings).toEqual([expect.stringContaining("the sample's model is published") as string]);
    const { cluster } = await assignAll(final.model, final.points, kept);
    expect(countsOf(cluster, 4)).toEqual(final.model.sizes);
    expect(await checkIndependently(final, cluster, kept)).toMatchObject({ passed: true, of: 'the best k-means candidate, k = 4' });
  });
});

it('every task of the table is known to the thread', async () => {
  for (const task of Object.keys(TASKS)) {
    const error: unknown = await pool(1)
      .map(task, [undefined], {})
      .catch((e: unknown) => e);
    expect(String(error)).not.toContain('there is no task');
  }
});
