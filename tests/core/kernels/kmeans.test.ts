import fc from 'fast-check';
import { createWorkspace, type Kernel, type Workspace } from '../../../src/core/clustering/kernel';
import { trialsOf } from '../../../src/core/clustering/kmeans/seeding';
import { kmeans, workspaceFor } from '../../../src/core/clustering/kmeans/kmeans';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { padCentroids, toPoints, type Points } from '../../../src/core/clustering/points';
import { instantiate } from '../../../src/core/kernels/memory';
import { createSimdKernel, simdKernelOn } from '../../../src/core/kernels/simd-kernel';
import { testKernels } from '../../support/kernels';
import { blobs, matrixOf, normals, testStream } from '../clustering/data';

const compiled = testKernels();
const simd = createSimdKernel(compiled);

interface Case {
  readonly points: Points;
  readonly weights: Float64Array | null;
  readonly k: number;
}

/** Rows around a few centres: any number of columns, clusters and rows, weights or none, any scale of the whole and of the columns, far from the origin or not. */
const cases = fc
  .record({
    cols: fc.integer({ min: 1, max: 40 }),
    k: fc.integer({ min: 1, max: 64 }),
    spare: fc.integer({ min: 0, max: 150 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
    weighted: fc.boolean(),
    scale: fc.constantFrom(1, 1e-150, 1e-20, 1e-6, 1e6, 1e25, 1e120),
    spread: fc.constantFrom(0, 0, 1, 6),
    offset: fc.constantFrom(0, 0, 1, 1e6),
    between: fc.constantFrom(0, 0, 1e-3, 1e-7, 1e-10),
  })
  .map(({ cols, k, spare, seed, weighted, scale, spread, offset, between }): Case => {
    const random = testStream(seed);
    const normal = normals(random);
    const centres = Array.from({ length: 1 + random.integer(8) }, () => Array.from({ length: cols }, () => 3 * normal()));
    const columns = Array.from({ length: cols }, () => scale * 10 ** (spread * (random.uniform() - 0.5)));
    const rows = Array.from({ length: k + spare }, () => centres[random.integer(centres.length)].map((value, j) => columns[j] * (offset + value + normal())));
    // Rows halfway between two others, but for so much: f32 cannot tell which is nearer.
    if (between > 0) for (let i = k; i < rows.length; i++) rows[i] = rows[i % k].map((value, j) => ((value + rows[(i + 1) % k][j]) / 2) * (1 + between * normal()));
    return { points: toPoints(matrixOf(rows)), weights: weighted ? Float64Array.from(rows, () => 1 + random.integer(4)) : null, k };
  });

const address = (seed: number) => ({ seed, stage: 'selection', use: 'seeding', candidate: 1, block: 0 }) as const;
const stream = (seed: number) => testStream(seed);

function seedWith(kernel: Kernel, { points, weights, k }: Case, workspace = createWorkspace(points.rows, trialsOf(k))): Float64Array {
  const centroids = new Float64Array(k * points.stride);
  kernel.seed(points, weights, centroids, k, stream(5), workspace);
  return centroids;
}

function lloydWith(kernel: Kernel, { points, weights, k }: Case, start: Float64Array, most = 300): { labels: number[]; centroids: number[]; iterations: number; converged: boolean } {
  const centroids = Float64Array.from(start);
  const workspace: Workspace = createWorkspace(points.rows);
  const outcome = kernel.lloyd(points, weights, centroids, k, most, workspace);
  return { ...outcome, labels: Array.from(workspace.labels), centroids: Array.from(centroids) };
}

const inertiaOf = ({ points: { values, stride }, weights }: Case, { labels, centroids }: { labels: number[]; centroids: number[] }): number =>
  labels.reduce((sum, label, i) => {
    let squared = 0;
    for (let j = 0; j < stride; j++) squared += (values[i * stride + j] - centroids[label * stride + j]) ** 2;
    return sum + squared * (weights === null ? 1 : weights[i]);
  }, 0);

describe('k-means in WebAssembly is the plain one, whatever the sizes, scales and weights', () => {
  it('seeds with the same rows', () => {
    fc.assert(fc.property(cases, (input) => expect(Array.from(seedWith(simd, input))).toEqual(Array.from(seedWith(plainKernel, input)))), { numRuns: 150 });
  });

  it("runs Lloyd's iteration to the same labels, centroids and number of iterations, to the last bit", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(300, 1, 2), (input, most) => {
        const start = seedWith(plainKernel, input);
        expect(lloydWith(simd, input, start, most)).toEqual(lloydWith(plainKernel, input, start, most));
      }),
      { numRuns: 200 },
    );
  });

  it('finds the nearest centroid, the runner-up and both distances, to the last bit, from any row to any other', () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.nat(), fc.boolean(), (input, a, b, loaded) => {
        const { points, k } = input;
        const [from, to] = [a % points.rows, b % (points.rows + 1)].sort((x, y) => x - y);
        const centroids = seedWith(plainKernel, input);
        // The rows lie in the instance already, or come in chunks.
        if (loaded) lloydWith(simd, input, centroids, 1);
        const found = (kernel: Kernel) => {
          const [labels, runnerUp] = [new Int32Array(to - from), new Int32Array(to - from)];
          const [own, second] = [new Float64Array(to - from), new Float64Array(to - from)];
          kernel.nearest(points, from, to, centroids, k, { labels, own, runnerUp, second });
          const only = { labels: new Int32Array(to - from), own: new Float64Array(to - from) };
          kernel.nearest(points, from, to, centroids, k, only);
          const bare = new Int32Array(to - from);
          kernel.labels(points, from, to, centroids, k, bare);
          return [labels, runnerUp, own, second, only.labels, only.own, bare].map((values) => Array.from(values));
        };
        expect(found(simd)).toEqual(found(plainKernel));
      }),
      { numRuns: 200 },
    );
  });

  it('on small whole numbers, full of ties and repeated rows: the same potential of every start, and no worse labels', () => {
    const grid = fc.record({
      rows: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }), { minLength: 9, maxLength: 60 }),
      k: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(grid, ({ rows, k }) => {
        const input: Case = { points: toPoints(matrixOf(rows)), weights: null, k };
        const start = seedWith(plainKernel, input);
        expect(Array.from(seedWith(simd, input))).toEqual(Array.from(start));
        const found = lloydWith(simd, input, start);
        const nearest = new Float64Array(rows.length);
        plainKernel.nearest(input.points, 0, rows.length, Float64Array.from(found.centroids), k, { labels: new Int32Array(rows.length), own: nearest });
        // Every row is with a centroid as near as any.
        expect(inertiaOf(input, found)).toBeCloseTo(nearest.reduce((sum, own) => sum + own, 0), 12);
      }),
    );
  });

  it('gives an empty cluster a row, as the plain code', () => {
    const { matrix } = blobs([[0, 0], [9, 0], [0, 9]], [40, 30, 23], 1);
    const input: Case = { points: toPoints(matrix), weights: null, k: 3 };
    const start = padCentroids([[0, 0], [1e5, 1e5], [-1e5, 0]], 4);
    const found = lloydWith(simd, input, start);
    expect(new Set(found.labels).size).toBe(3);
    expect(found).toEqual(lloydWith(plainKernel, input, start));
  });

  it('leaves out only blocks where nothing can change: the same fits of overlapping groups, weighted or not', () => {
    const overlapping = fc.record({ rows: fc.integer({ min: 1500, max: 4000 }), cols: fc.integer({ min: 1, max: 6 }), k: fc.integer({ min: 2, max: 12 }), seed: fc.nat(1e6), weighted: fc.boolean() });
    fc.assert(
      fc.property(overlapping, ({ rows, cols, k, seed, weighted }) => {
        const normal = normals(testStream(seed));
        const points = toPoints(matrixOf(Array.from({ length: rows }, () => Array.from({ length: cols }, normal))));
        const input: Case = { points, weights: weighted ? Float64Array.from({ length: rows }, (_, i) => 1 + (i % 3)) : null, k };
        const start = seedWith(simd, input);
        expect(lloydWith(simd, input, start)).toEqual(lloydWith(plainKernel, input, start));
      }),
      { numRuns: 30 },
    );
  });

  it('on 100,000 rows, where most of the work is left out: the same fit', () => {
    const { matrix } = blobs(
      [[0, 0, 0, 0, 0], [2, 0, 0, 1, 0], [0, 2, 0, 0, 1], [1, 1, 2, 0, 0]],
      [40_000, 30_000, 20_000, 10_003],
      1,
    );
    const input: Case = { points: toPoints(matrix), weights: null, k: 7 };
    const start = seedWith(simd, input);
    expect(Array.from(start)).toEqual(Array.from(seedWith(plainKernel, input)));
    expect(lloydWith(simd, input, start, 60)).toEqual(lloydWith(plainKernel, input, start, 60));
  });

  it.each([1e16, 1.9e19, 5e19, 1e20, 1e25, 1e30])('rows as far away as %d, which the scale was not taken from: the same fit', (far) => {
    const random = testStream(3);
    // The scale is that of every fourth row of 5,000: these are none of them.
    const rows = Array.from({ length: 5000 }, (_, i) => Array.from({ length: 3 }, () => random.uniform() * ([1, 2, 3, 5].includes(i) ? far : 1)));
    const given = { points: toPoints(matrixOf(rows)), weights: null, k: 4 };
    const start = seedWith(plainKernel, given);
    expect(lloydWith(simd, given, start)).toEqual(lloydWith(plainKernel, given, start));
  });

  it('a whole fit has the bits of the plain one', () => {
    fc.assert(
      fc.property(cases, fc.nat(1000), ({ points, weights, k }, seed) => {
        expect(kmeans(points, weights, k, 2, address(seed), simd)).toEqual(kmeans(points, weights, k, 2, address(seed)));
      }),
      { numRuns: 40 },
    );
  });
});

it('uses its memory again: 50 fits need no more of it than the largest', () => {
  const instance = instantiate(compiled);
  const kernel = simdKernelOn(instance);
  const sizes = Array.from({ length: 50 }, (_, i) => 2000 + ((i * 37) % 50) * 400);
  const fit = (rows: number): void => {
    const { matrix } = blobs([[0, 0], [5, 0]], [rows - 500, 500], 1);
    const points = toPoints(matrix);
    const workspace = workspaceFor(rows, 4);
    const centroids = new Float64Array(4 * points.stride);
    kernel.seed(points, null, centroids, 4, stream(1), workspace);
    kernel.lloyd(points, null, centroids, 4, 20, workspace);
  };
  fit(Math.max(...sizes));
  const most = instance.size;
  sizes.forEach(fit);
  expect(instance.size).toBe(most);
});
