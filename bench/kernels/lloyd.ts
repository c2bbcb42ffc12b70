import { join } from 'node:path';
import { createComputePool } from '../../src/adapters/compute/pool';
import { createWorkspace } from '../../src/core/clustering/kernel';
import { polish } from '../../src/core/clustering/kmeans/polish';
import { toPoints, type Points } from '../../src/core/clustering/points';
import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import { compiled } from './compiled';
import { openKernelBench, startRows } from './support';

const K = 8;
const ITERATIONS = 20;

/**
 * One iteration of Lloyd: a whole fit from the start rows, divided by its iterations, as for the peer. Both begin with the plain matrix: what a fit does
 * once (rows packed into the kernel's memory here, checks and a centred copy there) is in the figure.
 */
async function main(): Promise<void> {
  const bench = openKernelBench();
  const module = compiled();
  const kernel = createSimdKernel(module);
  const points = toPoints(bench.matrix, { shared: true });
  const { rows, cols, stride, values } = points;
  const start = new Float64Array(K * stride);
  startRows(rows, K).forEach((row, c) => start.set(values.subarray(row * stride, (row + 1) * stride), c * stride));
  // A kernel may keep the rows of the last call: each fit gets points that it has not seen.
  const unseen = (): Points => ({ ...points, values: values.subarray(0) });
  const workspace = createWorkspace(rows);
  const alone = (): number => {
    const centroids = start.slice();
    const begun = performance.now();
    const { iterations } = kernel.lloyd(unseen(), null, centroids, K, ITERATIONS, workspace);
    return (performance.now() - begun) / iterations;
  };
  const subject = { n: rows, d: cols, k: K, threads: 1 };
  for (const dtype of ['f64', 'f32'] as const)
    await bench.compare({ ...subject, name: `lloyd-${dtype}` }, alone, { kernel: 'lloyd', k: K, iterations: ITERATIONS, dtype }, { kernel: kernel.name });
  // The fit of all rows as a run does it, on one thread and on two.
  const byThreads = new Map<number, number>();
  for (const threads of [1, 2]) {
    const compute = createComputePool({ entry: join(__dirname, 'thread.js'), kernels: module, threads });
    const fit = async (): Promise<number> => {
      const begun = performance.now();
      const { iterations } = await polish({ compute }, unseen(), start, K, ITERATIONS);
      return (performance.now() - begun) / iterations;
    };
    const name = threads === 1 ? 'lloyd-polish' : 'lloyd-2-threads';
    const { ours_ms } = await bench.alone({ ...subject, name, threads }, fit, byThreads.get(1));
    byThreads.set(threads, ours_ms);
    await compute.close();
  }
  await bench.close();
}

void main();
