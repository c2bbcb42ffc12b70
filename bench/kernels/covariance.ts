import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import { principalComponents } from '../../src/core/linalg/pca';
import { compiled, timeOf } from './compiled';
import { openKernelBench } from './support';

/** Principal components of all rows: finite cells, covariance and eigenvectors. */
async function main(): Promise<void> {
  const bench = openKernelBench();
  const { coMoments, name } = createSimdKernel(compiled());
  const { matrix } = bench;
  let largest: readonly number[] = [];
  const ours = (): number => timeOf(() => (largest = principalComponents(matrix, { allowUnscaled: true, coMoments }).eigenvalues.slice(0, 3)));
  await bench.compare({ name: 'pca', n: matrix.rows, d: matrix.cols, k: null, threads: 1 }, ours, { kernel: 'pca' }, { kernel: name });
  process.stderr.write(`largest variances: ${largest.join(' ')}\n`);
  await bench.close();
}

void main();
