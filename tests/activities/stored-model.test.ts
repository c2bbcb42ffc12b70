import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel, loadSolution, storeSolution } from '../../src/activities/stored-model';
import { createArtifactStore } from '../../src/adapters/artifacts';
import type { ClusterModel, Solution, StoredSolution } from '../../src/contracts/model';
import { assign } from '../../src/core/clustering/assign';
import { DENSITY_ROWS } from '../../src/core/clustering/density/stored';
import { plainKernel } from '../../src/core/clustering/plain-kernel';
import { toPoints } from '../../src/core/clustering/points';
import { densityFitter } from '../../src/core/selection/fitters/density';
import { reorderSolution } from '../../src/core/selection/reorder';
import { explain } from '../../src/core/personas';
import { canonicalJson } from '../../src/core/audit';
import { blobs } from '../core/clustering/data';
import { freshHome } from '../support/home';

const { matrix } = blobs([[0, 0], [9, 0], [0, 9]], [80, 60, 40], 1, 5);
const points = toPoints(matrix);
const options = { limits: { min: 2, max: 5 } } as unknown as Parameters<typeof densityFitter.fit>[2];
const specs = [
  { algorithm: 'density', method: 'hdbscan', minClusterSize: 12, minSamples: 6, selection: 'eom' },
  { algorithm: 'density', method: 'dbscan', eps: 1.5, minSamples: 6 },
] as const;
const solutionOf = (spec: (typeof specs)[number]): Solution => densityFitter.fit([spec], points, options, plainKernel)[0].solution!;

/** Every coordinate of a row, as JSON has it: what must stand nowhere but in the rows' own object. */
const coordinates = Array.from(matrix.values, (value) => JSON.stringify(value));
const holdsRows = (text: string): boolean => coordinates.some((value) => text.includes(value));

const modelOf = <S>(solution: S): Omit<ClusterModel<S>, 'format'> => ({
  algorithm: 'density',
  model: 'HDBSCAN',
  k: 3,
  preprocessing: {
    columns: ['a', 'b'].map((column) => ({
      column,
      from: [column],
      basis: { kind: 'identity' as const },
      impute: { method: 'median' as const, value: 0, cells: 0 },
      winsorise: { lower: null, upper: null, cells: 0 },
      transform: { kind: 'none' as const, skewness: 0 },
      scale: { mean: 0, sd: 1 },
    })),
    dropped: [],
    correlation: [],
    rows: 180,
  },
  centroids: [[0, 0], [9, 0], [0, 9]],
  solution,
  sizes: [80, 60, 40],
  unassigned: 0,
  inertia: 1,
  seed: 0,
});

describe.each(specs)('a density by $method', (spec) => {
  const solution = solutionOf(spec);
  let home: string;
  let artifacts: ReturnType<typeof createArtifactStore>;
  beforeEach(() => {
    home = freshHome();
    artifacts = createArtifactStore(home);
  });

  it('is stored without a row, and assigns from the store as it did before, bit by bit', async () => {
    const { stored, outputs } = await storeSolution(artifacts, solution);
    expect(holdsRows(canonicalJson(solution))).toBe(true);
    expect(holdsRows(canonicalJson(stored))).toBe(false);
    expect(Object.keys(outputs)).toEqual([DENSITY_ROWS]);
    const again = await loadSolution(artifacts, JSON.parse(canonicalJson(stored)) as StoredSolution);
    expect(again).toEqual(solution);
    const scored = { sizes: [], inertia: 0 };
    expect(assign({ ...scored, solution: again }, points)).toEqual(assign({ ...scored, solution }, points));
  });

  it('names the same object whatever the order of its clusters', async () => {
    const turned = reorderSolution(solution, Int32Array.of(2, 0, 1));
    const [first, second] = [await storeSolution(artifacts, solution), await storeSolution(artifacts, turned)];
    expect(second.outputs).toEqual(first.outputs);
    expect(second.stored).not.toEqual(first.stored);
    expect(await loadSolution(artifacts, second.stored)).toEqual(turned);
  });

  it('refuses rows whose bytes are not those the model names, and rows of another model', async () => {
    const { stored, outputs } = await storeSolution(artifacts, solution);
    const { sha256 } = outputs[DENSITY_ROWS];
    const path = join(home, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));
    chmodSync(path, 0o600);
    writeFileSync(path, canonicalJson({ format: 1, rows: [[0, 0]], labels: [0], coreDistances: [1], exitDistances: [1] }));
    await expect(loadSolution(artifacts, stored)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
    if (stored.kind !== 'density') throw new Error('a density was stored');
    const naming = (rowsAt: typeof stored.density.rowsAt): StoredSolution => ({ kind: 'density', density: { ...stored.density, rowsAt } });
    const other = await artifacts.writeJson(DENSITY_ROWS, { format: 1, rows: [[0, 0, 0]], labels: [0], coreDistances: [1], exitDistances: [1] });
    await expect(loadSolution(artifacts, naming(other))).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
    const newer = await artifacts.writeJson(DENSITY_ROWS, { format: 2 });
    await expect(loadSolution(artifacts, naming(newer))).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' });
  });

  it('of format 2, with the rows inside, explains a customer as the one of today', async () => {
    const { stored } = await storeSolution(artifacts, solution);
    const now = await loadModel(artifacts, await artifacts.writeJson('clustering.model', { format: 3, ...modelOf(stored) }));
    const before = await loadModel(artifacts, await artifacts.writeJson('clustering.model', { format: 2, ...modelOf(solution) }));
    expect(before).toEqual(now);
    expect(explain(before, { a: 0.2, b: -0.1 })).toMatchObject({ cluster: 0, probability: expect.any(Number) as number });
    expect(explain(before, { a: 90, b: 90 }).cluster).toBe(-1);
  });
});

it('a density without a cluster has no rows to store', async () => {
  const artifacts = createArtifactStore(freshHome());
  const [hdbscan] = specs;
  const solution = densityFitter.fit([{ ...hdbscan, minClusterSize: 150 }], points, options, plainKernel)[0].solution!;
  const { stored, outputs } = await storeSolution(artifacts, solution);
  expect(outputs).toEqual({});
  expect(await loadSolution(artifacts, stored)).toEqual(solution);
});

it('a model of format 1 is k-means by its centroids', async () => {
  const artifacts = createArtifactStore(freshHome());
  const { model: _, solution: __, unassigned: ___, ...rest } = modelOf(null);
  const ref = await artifacts.writeJson('clustering.model', { ...rest, format: 1, algorithm: 'kmeans' });
  const model = await loadModel(artifacts, ref);
  expect(model).toMatchObject({ format: 3, model: null, unassigned: 0, solution: { kind: 'centroids', centroids: rest.centroids } });
  expect(explain(model, { a: 8, b: 1 }).cluster).toBe(1);
});
