import { join } from 'node:path';
import { createComputePool } from '../../src/adapters/compute/pool';
import { fitFrom } from '../../src/core/clustering/kmeans/kmeans';
import { pickPoints, toPoints, type Points } from '../../src/core/clustering/points';
import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import type { Labeling } from '../../src/core/validity/silhouette';
import { estimateSilhouettes, everyRow, planSampled, sampledBlocks, sampledValues } from '../../src/core/validity/silhouette-sample';
import { compiled, timeOf } from './compiled';
import { openKernelBench, sampleOf, startLabels, startRows, type KernelBench } from './support';

const K = 6;
/** Labellings that a sweep measures on the same sample. */
const SWEEP = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Labels of the sampled rows. */
function labelingOf({ matrix }: KernelBench, index: Int32Array, k: number): Labeling {
  const all = startLabels(matrix, k);
  return { k, labels: Int32Array.from(index, (row) => all[row]) };
}

/** Labels of k-means from evenly spaced rows: neighbouring k have borders in common, as in a sweep. */
function clustersOf(points: Points, k: number): Int32Array {
  const centroids = pickPoints(points, startRows(points.rows, k)).values;
  return fitFrom(points, null, centroids, k).labels;
}

/** Exact mean silhouettes of the sample, from labels to the number, as the selection computes them: in this thread, in two, and nine labellings in one pass. */
async function main(): Promise<void> {
  const bench = openKernelBench();
  const kernels = compiled();
  const kernel = createSimdKernel(kernels);
  const { matrix, index } = sampleOf(bench.matrix);
  const points = toPoints(matrix, { shared: true });
  const sample = everyRow(points.rows);
  const blocks = sampledBlocks(points.rows);
  const six = [labelingOf(bench, index, K)];
  const sweep = SWEEP.map((k) => ({ k, labels: clustersOf(points, k) }));
  let value = NaN;
  const alone = (labelings: readonly Labeling[]): number =>
    timeOf(() => {
      const plan = planSampled(points, labelings, sample);
      const values = blocks.map(([from, to]) => sampledValues(plan, from, to, kernel));
      value = estimateSilhouettes(labelings.length, sample, values)[0].value;
    });
  const subject = { name: 'silhouette', n: points.rows, d: points.cols, k: K, threads: 1 };
  const request = { kernel: 'silhouette', k: K } as const;
  await bench.compare(subject, () => alone(six), request, { kernel: kernel.name });
  process.stderr.write(`mean silhouette: ${value}\n`);

  const pool = createComputePool({ entry: join(__dirname, 'thread.js'), kernels, threads: 2 });
  const inTwo = async (): Promise<number> => {
    const begun = performance.now();
    const plan = planSampled(points, six, sample, true);
    const values = await pool.map<readonly [number, number], Float64Array>('selection.silhouette', blocks, { shared: plan });
    value = estimateSilhouettes(1, sample, values)[0].value;
    return performance.now() - begun;
  };
  await bench.compare({ ...subject, name: 'silhouette-2-threads', threads: 2 }, inTwo, request, { kernel: kernel.name });
  process.stderr.write(`mean silhouette: ${value}\n`);
  await pool.close();

  const note = 'ours: nine labellings, k = 2..10, in one pass; the peer: one of them';
  await bench.compare({ ...subject, name: 'silhouette-sweep' }, () => alone(sweep), request, { kernel: kernel.name, note });
  await bench.close();
}

void main();
