import { linkage } from '../../src/core/clustering/hierarchical/linkage';
import { plainKernel } from '../../src/core/clustering/plain-kernel';
import { toPoints } from '../../src/core/clustering/points';
import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import { compiled, timeOf } from './compiled';
import { openKernelBench, sampleOf } from './support';

/** Ward's dendrogram of the sample, from rows to heights in order. */
async function main(): Promise<void> {
  const bench = openKernelBench();
  const points = toPoints(sampleOf(bench.matrix).matrix);
  const subject = { n: points.rows, d: points.cols, k: null, threads: 1 };
  let highest: number[] = [];
  for (const [name, kernel] of [['ward', createSimdKernel(compiled())], ['ward-f64', plainKernel]] as const) {
    const ours = (): number => timeOf(() => (highest = Array.from(linkage(points, null, 'ward', kernel).heights.slice(-3))));
    await bench.compare({ name, ...subject }, ours, { kernel: 'ward' }, { kernel: kernel.name });
    process.stderr.write(`highest merges: ${highest.join(' ')}\n`);
  }
  await bench.close();
}

void main();
