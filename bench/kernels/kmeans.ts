import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace, type Kernel } from '../../src/core/clustering/kernel';
import { workspaceFor } from '../../src/core/clustering/kmeans/kmeans';
import { plainKernel } from '../../src/core/clustering/plain-kernel';
import { strideOf, type Points } from '../../src/core/clustering/points';
import { createSimdKernel } from '../../src/core/kernels/simd-kernel';
import { RandomStream } from '../../src/core/linalg/random-stream';

/**
 * Time of Lloyd's iteration in one thread: `node bench/kernels/run.js kmeans FILE ROWS COLS K ITERATIONS [simd|f64]` on a file of ROWS x COLS f64, row by row. The first K rows are the first centroids.
 * Prints one JSON line.
 */
const [file, rowsText, colsText, kText, iterationsText, which = 'simd'] = process.argv.slice(2);
const [rows, cols, k, iterations] = [rowsText, colsText, kText, iterationsText].map(Number);

function load(): Points {
  const bytes = readFileSync(file);
  const raw = new Float64Array(bytes.buffer, bytes.byteOffset, rows * cols);
  const stride = strideOf(cols);
  const values = new Float64Array(rows * stride);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) values[i * stride + j] = raw[i * cols + j];
  return { rows, cols, stride, values };
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

const points = load();
const kernel: Kernel = which === 'f64' ? plainKernel : createSimdKernel(new WebAssembly.Module(readFileSync(join(__dirname, 'kernels.wasm'))));
const workspace = createWorkspace(rows);
const start = points.values.slice(0, k * points.stride);

function lloyd(most: number): { ms: number; cpu: number; iterations: number } {
  const centroids = start.slice();
  const used = process.cpuUsage();
  const began = performance.now();
  const outcome = kernel.lloyd(points, null, centroids, k, most, workspace);
  const ms = performance.now() - began;
  return { ms, cpu: process.cpuUsage(used).user / 1e3, iterations: outcome.iterations };
}
function seeding(): number {
  const room = workspaceFor(rows, k);
  const began = performance.now();
  kernel.seed(points, null, new Float64Array(k * points.stride), k, new RandomStream({ seed: 1, stage: 'selection', use: 'seeding', candidate: k, restart: 0, block: 0 }), room);
  return performance.now() - began;
}
function labelling(): number {
  const out = new Int32Array(rows);
  const began = performance.now();
  kernel.labels({ ...points, values: points.values.subarray(0) }, 0, rows, start, k, out);
  return performance.now() - began;
}
const first = lloyd(1).ms;
const runs = Array.from({ length: 5 }, () => lloyd(iterations));
const each = Array.from({ length: 5 }, () => [lloyd(1).cpu, lloyd(2).cpu, lloyd(3).cpu, lloyd(8).cpu, lloyd(16).cpu]);
const seeds = Array.from({ length: 3 }, seeding);
lloyd(1);
process.stdout.write(
  `${JSON.stringify({
    kernel: kernel.name,
    first,
    perIteration: median(runs.map((run) => run.ms / run.iterations)),
    cpuPerIteration: median(runs.map((run) => run.cpu / run.iterations)),
    iterations: runs[0].iterations,
    upTo: [0, 1, 2, 3, 4].map((i) => median(each.map((ms) => ms[i]))),
    seeding: median(seeds),
    labels: median(Array.from({ length: 3 }, labelling)),
  })}\n`,
);
