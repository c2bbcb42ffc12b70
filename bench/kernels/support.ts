import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { parseArgs } from 'node:util';
import { RandomStream } from '../../src/core/linalg/random-stream';
import type { Matrix } from '../../src/core/linalg/matrix';

/** What a kernel bench says of one measure, as one JSON line; see README.md beside this file. */
export interface KernelMeasure {
  readonly name: string;
  readonly n: number;
  readonly d: number;
  readonly k: number | null;
  /** Our threads; the peer has one. */
  readonly threads: number;
  readonly ours_ms: number;
  readonly peer_ms: number | null;
  /** peer / ours. */
  readonly ratio: number | null;
}

/** What peers/kernels.py is asked. */
export interface PeerRequest {
  readonly kernel: 'lloyd' | 'em' | 'silhouette' | 'ward' | 'pca';
  readonly k?: number;
  readonly iterations?: number;
  readonly dtype?: 'f64' | 'f32';
  readonly threads?: number;
}

export interface PeerAnswer {
  readonly ms: number;
  /** Inertia, mean log-likelihood, index, heights or variances: for a look whether both sides did the same. */
  readonly value: number | readonly number[];
}

export type Subject = Pick<KernelMeasure, 'name' | 'n' | 'd' | 'k' | 'threads'>;

export interface KernelBench {
  readonly matrix: Matrix;
  readonly repeats: number;
  /** Ours and the peer in turn, `repeats` times each after one round that does not count; prints the line. `ours` returns milliseconds. */
  compare(subject: Subject, ours: () => number | Promise<number>, request: PeerRequest, more?: Record<string, unknown>): Promise<KernelMeasure>;
  /** Ours alone against an earlier figure of ours (a second thread). */
  alone(subject: Subject, ours: () => number | Promise<number>, oneThreadMs?: number): Promise<KernelMeasure>;
  close(): Promise<void>;
}

export const SAMPLE = 10_000;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Rows that both sides start from: k of them, evenly over the matrix. */
export const startRows = (n: number, k: number): readonly number[] => Array.from({ length: k }, (_, i) => Math.floor(((2 * i + 1) * n) / (2 * k)));

/** The nearest start row of each row, the lower index where equal. */
export function startLabels({ rows, cols, values }: Matrix, k: number): Int32Array {
  const starts = startRows(rows, k);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let least = Infinity;
    starts.forEach((start, c) => {
      let distance = 0;
      for (let j = 0; j < cols; j++) distance += (values[i * cols + j] - values[start * cols + j]) ** 2;
      if (distance < least) {
        least = distance;
        labels[i] = c;
      }
    });
  }
  return labels;
}

/** Every so-many-th row, 10,000 at most, and which rows they are. */
export function sampleOf({ rows, cols, names, values }: Matrix): { readonly matrix: Matrix; readonly index: Int32Array } {
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  const index = Int32Array.from({ length: Math.min(SAMPLE, Math.ceil(rows / step)) }, (_, i) => i * step);
  const sample = new Float64Array(index.length * cols);
  index.forEach((row, i) => sample.set(values.subarray(row * cols, (row + 1) * cols), i * cols));
  return { matrix: { rows: index.length, cols, names, values: sample }, index };
}

const namesOf = (cols: number): string[] => Array.from({ length: cols }, (_, j) => `x${j + 1}`);

function readMatrix(path: string, cols: number): Matrix {
  const bytes = readFileSync(path);
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { rows: values.length / cols, cols, names: namesOf(cols), values };
}

/** Eight round groups of unequal size with heavier tails than a normal's, columns standardised. */
export function plantedMatrix(rows: number, cols: number): Matrix {
  const random = new RandomStream({ seed: 5, stage: 'extract', use: 'seeding', candidate: 0, restart: 0, block: 0 });
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const groups = Array.from({ length: 8 }, () => Array.from({ length: cols }, () => 1.5 * normal()));
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const group = groups[Math.floor(8 * random.uniform() ** 1.5)];
    const stretch = 0.8 / Math.sqrt(0.4 + random.uniform());
    for (let j = 0; j < cols; j++) values[i * cols + j] = group[j] + stretch * normal();
  }
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += values[i * cols + j] / rows;
    let variance = 0;
    for (let i = 0; i < rows; i++) variance += (values[i * cols + j] - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) values[i * cols + j] = (values[i * cols + j] - mean) / Math.sqrt(variance);
  }
  return { rows, cols, names: namesOf(cols), values };
}

/** peers/kernels.py, kept running: imports and reading are paid once, outside of every measure. */
class KernelPeer {
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  private readonly lines: Interface;

  constructor(python: string, matrix: string, cols: number) {
    this.child = spawn(python, [resolve('bench/peers/kernels.py'), matrix, String(cols)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! });
    this.answers = this.lines[Symbol.asyncIterator]();
  }

  async ask(request: PeerRequest): Promise<PeerAnswer> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`the peer ended without an answer to ${request.kernel}`);
    return JSON.parse(value) as PeerAnswer;
  }

  async close(): Promise<void> {
    const gone = new Promise((ended) => this.child.once('exit', ended));
    this.child.stdin!.end();
    await gone;
    this.lines.close();
  }
}

/** Arguments, matrix and peer of one kernel bench; started from the top of the repository by `node bench/run.js kernels/<concern>`. */
export function openKernelBench(args: readonly string[] = process.argv.slice(2)): KernelBench {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      matrix: { type: 'string' },
      cols: { type: 'string', default: '12' },
      rows: { type: 'string', default: '100000' },
      repeats: { type: 'string', default: '5' },
    },
  });
  const cols = Number(options.cols);
  const repeats = Number(options.repeats);
  const folder = mkdtempSync(join(tmpdir(), 'bench-matrix-'));
  const matrix = options.matrix === undefined ? plantedMatrix(Number(options.rows), cols) : readMatrix(resolve(options.matrix), cols);
  let file = options.matrix && resolve(options.matrix);
  if (file === undefined) {
    file = join(folder, 'planted.f64');
    writeFileSync(file, new Uint8Array(matrix.values.buffer as ArrayBuffer));
  }
  const path = file;
  let peer: KernelPeer | undefined;
  const print = (measure: KernelMeasure, more: Record<string, unknown> = {}): KernelMeasure => {
    process.stdout.write(`${JSON.stringify({ ...measure, ...more })}\n`);
    return measure;
  };
  return {
    matrix,
    repeats,
    async compare(subject, ours, request, more) {
      peer ??= new KernelPeer(process.env.BENCH_PYTHON ?? resolve('.bench-env/bin/python'), path, cols);
      const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
      let value: PeerAnswer['value'] = NaN;
      for (let round = 0; round <= repeats; round++) {
        const own = await ours();
        const answer = await peer.ask({ threads: 1, ...request });
        value = answer.value;
        if (round === 0) continue;
        times.ours.push(own);
        times.peer.push(answer.ms);
      }
      const [own, other] = [median(times.ours), median(times.peer)];
      return print({ ...subject, ours_ms: own, peer_ms: other, ratio: other / own }, { peer_value: value, ...more });
    },
    async alone(subject, ours, oneThreadMs) {
      const times: number[] = [];
      for (let round = 0; round <= repeats; round++) {
        const own = await ours();
        if (round > 0) times.push(own);
      }
      const own = median(times);
      return print({ ...subject, ours_ms: own, peer_ms: null, ratio: oneThreadMs === undefined ? null : oneThreadMs / own });
    },
    async close() {
      await peer?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
