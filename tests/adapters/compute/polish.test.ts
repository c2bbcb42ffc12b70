import fc from 'fast-check';
import { createComputePool, createInlineCompute } from '../../../src/adapters/compute';
import { fitFrom } from '../../../src/core/clustering/kmeans/kmeans';
import { polish, type Polished } from '../../../src/core/clustering/kmeans/polish';
import { padCentroids, toPoints } from '../../../src/core/clustering/points';
import { createSimdKernel } from '../../../src/core/kernels/simd-kernel';
import { testKernels } from '../../support/kernels';
import { blobs, matrixOf, normals, testStream } from '../../core/clustering/data';
import { bundleThread } from './bundle';

const entry = bundleThread('src/workers/compute-thread.ts');
const plain = createInlineCompute();
const simd = createInlineCompute(undefined, { kernel: createSimdKernel(testKernels()) });

const centres = [[0, 0, 0], [3, 0, 0], [0, 3, 1], [2, 2, 2]];
const points = toPoints(blobs(centres, [9000, 7000, 5000, 3003], 1.2).matrix, { shared: true });
const start = padCentroids([[0.5, 0, 0], [2, 0.3, 0], [0, 2, 1], [1, 2, 3], [1, 1, 1]], points.stride);
const bits = (fit: Polished): string => JSON.stringify({ ...fit, centroids: Array.from(fit.centroids), labels: Array.from(fit.labels) });

it('comes to the fit that one thread comes to, with labels that are the nearest of the centroids returned', async () => {
  const fit = await polish({ compute: simd }, points, start, 5);
  const reference = fitFrom(points, null, start, 5);
  expect(fit.converged).toBe(true);
  expect(fit.iterations).toBe(reference.iterations);
  expect([...fit.sizes].sort((a, b) => b - a)).toEqual(reference.sizes);
  expect(fit.inertia / reference.inertia).toBeCloseTo(1, 12);
  const again = fitFrom(points, null, fit.centroids, 5);
  expect([...fit.sizes].sort((a, b) => b - a)).toEqual(again.sizes);
  for (let i = 0; i < points.rows; i += 97) {
    const squared = Array.from({ length: 5 }, (_, c) => [0, 1, 2].reduce((sum, j) => sum + (points.values[i * 4 + j] - fit.centroids[c * 4 + j]) ** 2, 0));
    expect(squared[fit.labels[i]]).toBe(Math.min(...squared));
  }
});

it('has the same bits on one thread, two and four, in TypeScript and in WebAssembly', async () => {
  const expected = bits(await polish({ compute: plain }, points, start, 5));
  expect(bits(await polish({ compute: simd }, points, start, 5))).toBe(expected);
  for (const threads of [1, 2, 4]) {
    const pool = createComputePool({ entry, threads, kernels: testKernels() });
    for (let time = 0; time < 3; time++) expect(bits(await polish({ compute: pool }, points, start, 5))).toBe(expected);
    await pool.close();
  }
});

it('stops after so many iterations, and says so', async () => {
  const fit = await polish({ compute: simd }, points, start, 5, 3);
  expect(fit).toMatchObject({ iterations: 3, converged: false });
  expect(bits(await polish({ compute: plain }, points, start, 5, 3))).toBe(bits(fit));
});

it('is right for any number of rows, columns and clusters, fewer rows than shards too', async () => {
  const sizes = fc.record({ rows: fc.integer({ min: 1, max: 200 }), cols: fc.integer({ min: 1, max: 12 }), k: fc.integer({ min: 1, max: 12 }), seed: fc.nat(1000) });
  await fc.assert(
    fc.asyncProperty(sizes, async ({ rows, cols, k, seed }) => {
      const normal = normals(testStream(seed));
      const few = toPoints(matrixOf(Array.from({ length: rows }, () => Array.from({ length: cols }, normal))));
      const from = few.values.slice(0, Math.min(k, rows) * few.stride);
      const clusters = from.length / few.stride;
      const fit = await polish({ compute: simd }, few, from, clusters);
      expect(bits(await polish({ compute: plain }, few, from, clusters))).toBe(bits(fit));
      expect(fit.inertia).toBeCloseTo(fitFrom(few, null, fit.centroids, clusters).inertia, 9);
    }),
    { numRuns: 60 },
  );
});

it('can be cancelled', async () => {
  const pool = createComputePool({ entry, threads: 2, kernels: testKernels() });
  const controller = new AbortController();
  const fit = polish({ compute: pool, signal: controller.signal }, points, start, 5, 1e9);
  controller.abort();
  await expect(fit).rejects.toMatchObject({ code: 'CANCELLED' });
  // The threads of the next map are new ones, and those that waited for each other are gone.
  expect((await polish({ compute: pool }, points, start, 5)).converged).toBe(true);
  await pool.close();
});
