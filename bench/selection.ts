import { join } from 'node:path';
import { createComputePool } from '../src/adapters/compute/pool';
import { RandomStream } from '../src/core/linalg/random-stream';
import type { Matrix } from '../src/core/linalg/matrix';
import { modelingConfig } from '../src/config/modeling';
import { selectModel } from '../src/core/selection/select';

/**
 * Wall and CPU time of the whole selection on planted groups with heavy tails: `node bench/run.js selection [rows] [cols] [threads] [algorithms]`.
 * Seven groups of unequal size, t-like noise, columns scaled to mean 0 and sd 1.
 */
const [rows = 25_000, cols = 7, threads = 2] = process.argv.slice(2, 5).map(Number);
const algorithms = process.argv[5] ?? 'kmeans,hierarchical,mixture,density';

function planted(): Matrix {
  const random = new RandomStream({ seed: 11, stage: 'extract', use: 'seeding', candidate: 0, restart: 0, block: 0 });
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const groups = Array.from({ length: 7 }, (_, g) => ({
    weight: 1 + (g % 4),
    centre: Array.from({ length: cols }, () => normal() * 1.4),
  }));
  const slots = groups.flatMap((group) => Array.from({ length: group.weight }, () => group));
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const { centre } = slots[random.integer(slots.length)];
    const stretch = 0.8 / Math.sqrt(0.4 + random.uniform());
    for (let j = 0; j < cols; j++) values[i * cols + j] = centre[j] + normal() * stretch;
  }
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < rows; i++) {
      sum += values[i * cols + j];
      squares += values[i * cols + j] ** 2;
    }
    const mean = sum / rows;
    const sd = Math.sqrt(squares / rows - mean ** 2);
    for (let i = 0; i < rows; i++) values[i * cols + j] = (values[i * cols + j] - mean) / sd;
  }
  return { rows, cols, names: Array.from({ length: cols }, (_, j) => `x${j + 1}`), values };
}

async function main(): Promise<void> {
  const matrix = planted();
  const ids = Array.from({ length: rows }, (_, i) => `c_${String(i).padStart(8, '0')}`);
  const compute = createComputePool({ entry: join(__dirname, 'thread.js'), threads });
  const modeling = modelingConfig.parse({ algorithms: algorithms.split(',') });
  const phases = new Map<string, number>();
  const started = performance.now();
  let last = started;
  const cpu = process.cpuUsage();
  const onProgress = (_: number, note: string): void => {
    const now = performance.now();
    phases.set(note, (phases.get(note) ?? 0) + now - last);
    last = now;
  };
  const report = await selectModel({ matrix, ids, modeling, limits: modeling.clusters, compute, onProgress });
  const used = process.cpuUsage(cpu);
  process.stdout.write(
    `${rows} x ${cols}, ${threads} threads: ${((performance.now() - started) / 1000).toFixed(2)} s wall, ${((used.user + used.system) / 1e6).toFixed(2)} s CPU\n`,
  );
  for (const [phase, ms] of phases) process.stdout.write(`  ${phase}: ${(ms / 1000).toFixed(2)} s\n`);
  for (const { algorithm, model, k, inertia, silhouette, meanJaccard, status } of report.candidates)
    process.stdout.write(
      `  ${algorithm} ${model ?? ''} k=${k} inertia ${inertia?.toFixed(3)} silhouette ${silhouette?.toFixed(6)} Jaccard ${meanJaccard?.toFixed(4)} ${status}\n`,
    );
  process.stdout.write(`  ${report.why}\n`);
  await compute.close();
}

void main();
