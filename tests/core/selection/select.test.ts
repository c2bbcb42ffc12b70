import { createInlineCompute } from '../../../src/adapters/compute';
import type { Compute } from '../../../src/core/ports';
import { modelingConfig } from '../../../src/config/modeling';
import { selectModel } from '../../../src/core/selection/select';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { blobs, idsOf, matrixOf, normals, testStream } from '../clustering/data';

const modeling = modelingConfig.parse({
  clusters: { min: 2, max: 6 },
  sampleRows: 1000,
  restarts: 6,
  sizeGates: { minShare: 0.02, minCustomers: 20, maxShare: 0.7 },
  stability: { resamples: 10 },
  gapDraws: 3,
});
const limits = { min: 3, max: 6 };
const run = (
  matrix: Matrix,
  change: Partial<typeof modeling> = {},
  { compute = createInlineCompute(), within = limits } = {},
) => selectModel({ matrix, ids: idsOf(matrix.rows), modeling: { ...modeling, ...change }, compute, limits: within });

const four = blobs(
  [
    [0, 0, 0],
    [7, 0, 0],
    [0, 7, 0],
    [0, 0, 7],
  ],
  [500, 300, 250, 150],
  1,
);

describe('four planted groups', () => {
  it('are found, with a reason for the winner and for every other candidate', async () => {
    const report = await run(four.matrix);
    expect(report.chosen).toMatchObject({ algorithm: 'kmeans', model: null, k: 4, solution: { kind: 'centroids' } });
    expect(report.candidates.map(({ k, status }) => [k, status])).toEqual([
      [1, 'information'],
      [2, 'information'],
      [3, 'lost'],
      [4, 'chosen'],
      [5, 'lost'],
      [6, 'lost'],
      [7, 'information'],
    ]);
    expect(report.candidates[0]).toMatchObject({ silhouette: null, calinskiHarabasz: null, daviesBouldin: null, undefinedBecause: 'K_IS_ONE' });
    expect(report.candidates.every(({ why }) => /^\d+ clusters?[: ].*\.$/.test(why))).toBe(true);
    const winner = report.candidates[3];
    expect(winner.sizes).toEqual([500, 300, 250, 150]);
    expect(winner.meanJaccard).toBeGreaterThan(0.99);
    expect(
      winner.stability.every(
        ({ label, dissolved, recovered }) => label === 'stable' && dissolved === 0 && recovered === 10,
      ),
    ).toBe(true);
    expect(report.why).toMatch(/^4 personas, by k-means: of 3 to 6 big enough groups these lie farthest apart/);
    expect(report.evidence.find(({ criterion }) => criterion === 'silhouette')).toMatchObject({ k: 4, agrees: true });
    expect(report.warnings).toEqual([]);
    expect(report.sample).toEqual({ customers: 1200, rows: 1000, resamples: 10 });
  });

  it('give the same report to the last bit when the tasks end in another order', async () => {
    const inline = createInlineCompute();
    const backwards: Compute = {
      threads: 7,
      map: async (task, payloads, options) =>
        (await inline.map(task, [...payloads].reverse(), options)).reverse() as never,
    };
    expect(JSON.stringify(await run(four.matrix, {}, { compute: backwards }))).toBe(
      JSON.stringify(await run(four.matrix)),
    );
  });

  it('are a warning where the most that is allowed wins', async () => {
    const report = await run(four.matrix, {}, { within: { min: 2, max: 4 } });
    expect(report.chosen.k).toBe(4);
    expect(report.warnings).toEqual([
      expect.stringContaining('the best k is the limit: 4 is the most that objective.granularity allows'),
    ]);
  });
});

it('a split of 99 % and 1 % is not chosen, though the silhouette prefers it', async () => {
  // Heavy tail as in raw spending: 1485 customers near each other, 15 far away.
  const random = testStream(5);
  const normal = normals(random);
  const rows = Array.from({ length: 1500 }, (_, i) => [
    normal() + (i % 3) * 3.2 + (i % 100 === 0 ? 300 : 0),
    normal() + (i % 3 === 1 ? 3.5 : 0),
  ]);
  const report = await run(matrixOf(rows), {}, { within: { min: 2, max: 6 } }).catch((error: unknown) => error);
  // Either another k survives the gates or the run says that none does; k = 2 never.
  expect(report).toMatchObject({ code: 'NO_ACCEPTABLE_MODEL' });
  const candidates = (report as { details: { candidates: { k: number; failed: { gate: string }[] }[] } }).details
    .candidates;
  expect(candidates.find(({ k }) => k === 2)).toMatchObject({
    k: 2,
    failed: [{ gate: 'minShare' }, { gate: 'minCustomers' }, { gate: 'maxShare' }],
  });
});

it('a candidate that fails a size gate beside a winner is listed with what it fails', async () => {
  // three groups and eight customers far from all: the fourth cluster is those eight
  const { matrix } = blobs(
    [
      [0, 0],
      [9, 0],
      [0, 9],
      [30, 30],
    ],
    [400, 300, 292, 8],
    1,
    2,
  );
  const report = await run(matrix, { clusters: { min: 2, max: 4 } }, { within: { min: 2, max: 4 } });
  expect(report.chosen.k).toBeLessThan(4);
  const rejected = report.candidates.filter(({ status }) => status === 'rejected');
  expect(rejected.map(({ k }) => k)).toContain(4);
  const four = rejected.find(({ k }) => k === 4);
  expect(Math.min(...(four?.sizes ?? []))).toBe(8);
  expect(four?.gates.filter(({ passed }) => !passed).map(({ gate }) => gate)).toEqual(['minShare', 'minCustomers']);
  expect(four?.why).toMatch(
    /^4 clusters: a gate fails, smallest cluster 0\.8 % of customers, at least 2\.0 % asked; smallest cluster 8 customers, at least 20 asked\.$/,
  );
  const chosen = report.candidates.find(({ status }) => status === 'chosen');
  expect(Math.min(...(chosen?.shares ?? []))).toBeGreaterThanOrEqual(modeling.sizeGates.minShare);
  expect(Math.max(...(chosen?.shares ?? []))).toBeLessThanOrEqual(modeling.sizeGates.maxShare);
});

it('clusters that do not come back are named, and the choice says that none is reliable', async () => {
  // One round cloud has no clusters to find.
  const { matrix } = blobs([[0, 0, 0, 0, 0, 0]], [800], 1, 3);
  const report = await run(matrix, { clusters: { min: 4, max: 6 } }, { within: { min: 4, max: 6 } });
  expect(report.warnings[0]).toMatch(/^[456] clusters are taken with a mean Jaccard of 0\.\d\d, below the 0\.85 asked/);
  const chosen = report.candidates.find(({ status }) => status === 'chosen');
  const doubtful = chosen?.stability.filter(({ jaccard }) => jaccard < 0.6).length ?? -1;
  expect(doubtful).toBeGreaterThan(0);
  expect(report.warnings.filter((warning) => warning.includes('is not to be trusted'))).toHaveLength(doubtful);
  expect(report.why).toMatch(/which is less than asked\.$/);
});

describe('degenerate input', () => {
  it('fewer than two customers is INSUFFICIENT_DATA, NaN is NOT_FINITE', async () => {
    await expect(run(matrixOf([], 2))).rejects.toMatchObject({ code: 'INSUFFICIENT_DATA' });
    await expect(run(matrixOf([[1, 2]]))).rejects.toMatchObject({ code: 'INSUFFICIENT_DATA' });
    await expect(
      run(
        matrixOf([
          [1, 2],
          [NaN, 1],
          [0, 0],
        ]),
      ),
    ).rejects.toMatchObject({ code: 'NOT_FINITE' });
  });

  it('identical customers have no acceptable model: duplicate centroids', async () => {
    const error = await run(matrixOf(Array.from({ length: 200 }, () => [1, 1]))).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'NO_ACCEPTABLE_MODEL',
      message: expect.stringContaining('two clusters have the same centroid') as string,
    });
  });

  it('more clusters than customers are not tried, the others are measured', async () => {
    const sizeGates = { minShare: 0, minCustomers: 0, maxShare: 1 };
    const report = await run(matrixOf([[0], [1], [10], [11]]), { sizeGates }, { within: { min: 2, max: 6 } });
    expect(report.candidates.map(({ k, status }) => [k, status])).toEqual([
      [1, 'information'],
      [2, 'chosen'],
      [3, 'lost'],
      [4, 'lost'],
    ]);
    // Four clusters of four customers: the indices are not defined there.
    expect(report.candidates[3]).toMatchObject({
      silhouette: null,
      calinskiHarabasz: null,
      daviesBouldin: null,
      inertia: 0,
    });
    expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity/);
  });

  it('too few customers for any k is an honest outcome for every algorithm', async () => {
    const algorithms = ['kmeans', 'hierarchical', 'mixture', 'density'] as const;
    const error = await run(matrixOf([[0], [1]]), { algorithms: [...algorithms], clusters: { min: 4, max: 6 } }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'NO_ACCEPTABLE_MODEL', message: expect.stringContaining('hierarchical: there are fewer customers than clusters asked for') as string });
  });

  it('a constant column changes nothing', async () => {
    const { values, rows } = four.matrix;
    const wider = matrixOf(Array.from({ length: rows }, (_, i) => [...values.subarray(i * 3, i * 3 + 3), 0]));
    const [plain, padded] = [await run(four.matrix), await run(wider)];
    expect(padded.candidates.map(({ inertia, silhouette }) => [inertia, silhouette])).toEqual(
      plain.candidates.map(({ inertia, silhouette }) => [inertia, silhouette]),
    );
  });
});

it('reports progress that rises to 1 and stops on cancellation', async () => {
  const seen: number[] = [];
  await selectModel({
    matrix: four.matrix,
    ids: idsOf(1200),
    modeling,
    compute: createInlineCompute(),
    limits,
    onProgress: (fraction) => seen.push(fraction),
  });
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  expect(seen.at(-1)).toBe(1);
  const controller = new AbortController();
  const stopped = selectModel({
    matrix: four.matrix,
    ids: idsOf(1200),
    modeling,
    compute: createInlineCompute(),
    limits,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
});
