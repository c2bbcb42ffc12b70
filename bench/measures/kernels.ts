import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KernelMeasure } from '../kernels/support';
import { runChild } from '../lib/child';
import { ensureMatrix, matrixOf, type Size } from '../lib/data';
import { PYTHON } from '../lib/environment';
import type { KernelsMeasure } from '../lib/results';

/** Every bench of kernels/ on the standardised matrix of a size; one that fails is told and left out. */
export async function measureKernels(size: Size, repeats: number, say: (line: string) => void): Promise<KernelsMeasure> {
  await ensureMatrix(size, say);
  const measures: KernelMeasure[] = [];
  const benches = readdirSync(resolve('bench/kernels')).flatMap((file) => (file.endsWith('.ts') && file !== 'support.ts' ? [file.slice(0, -3)] : []));
  for (const bench of benches) {
    const args = ['bench/run.js', `kernels/${bench}`, '--matrix', matrixOf(size), '--cols', '12', '--repeats', String(repeats)];
    try {
      const { stdout } = await runChild(process.execPath, args, { env: { BENCH_PYTHON: PYTHON }, timeoutS: 900 });
      const found = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as KernelMeasure] : []));
      for (const { name, ours_ms, peer_ms, ratio } of found) say(`${name}: ours ${ours_ms.toFixed(2)} ms, peer ${peer_ms?.toFixed(2) ?? '–'} ms, ratio ${ratio?.toFixed(2) ?? '–'}`);
      measures.push(...found);
    } catch (error) {
      say(`kernels/${bench} failed: ${(error as Error).message}`);
    }
  }
  return { kind: 'kernels', measures };
}
