import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runChild } from './child';
import { cpuOf, cpuOfEndedChildren } from './processes';
import { holdServer } from './server';
import { cpuBetween, mostBetween, watch } from './watch';

export interface StageTime {
  readonly stage: string;
  readonly ms: number;
  /** Of the worker while the stage ran. */
  readonly cpuS: number;
  /** Most resident memory of the worker meanwhile. */
  readonly mib: number;
}

/** One `dramatis run`, from its start on a server that is up to its end; nothing of an earlier run to reuse. */
export interface ProductRun {
  /** Until the command had ended: committed, delivered, worker stopped. */
  readonly wallS: number;
  /** Until the release was committed. */
  readonly committedS: number;
  /** Of command and worker, until both had ended. */
  readonly cpuS: number;
  readonly serverCpuS: number;
  /** Resident memory of the worker. */
  readonly peakMib: number;
  /** Of command and worker at one moment. */
  readonly peakTogetherMib: number;
  readonly stages: readonly StageTime[];
  /** Before the first stage: command, worker and workflow starting. */
  readonly beforeS: number;
  /** After the last stage until the command had ended. */
  readonly afterS: number;
  readonly customers: number;
  readonly personas: number;
}

export interface RunSpec {
  /** A project folder or its YAML file. */
  readonly project: string;
  /** Folder with transactions.parquet. */
  readonly data: string;
  readonly memoryLimit?: string;
  readonly timeoutS?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the store before it is removed. */
  keep?(home: string, answer: RunAnswer): void | Promise<void>;
}

interface RunAnswer {
  readonly run: string;
  readonly personas: readonly { readonly customers: number }[];
  readonly stages: readonly { readonly stage: string; readonly ms: number; readonly startedAt: string; readonly reused: boolean }[];
}

/** Not secret: the customers are made up. */
const KEY = createHash('sha256').update('bench').digest('hex');
const HOMES = resolve('bench/results/homes');

function workerOf(home: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(join(home, 'temporal', 'worker.json'), 'utf8')) as { process: { pid: number } }).process.pid;
  } catch {
    return undefined;
  }
}

function committedAt(home: string): number {
  const releases = join(home, 'releases', 'bench', 'bench');
  const [commit] = readdirSync(releases).filter((name) => /^\d+\.json$/.test(name));
  return statSync(join(releases, commit)).mtimeMs;
}

/** A store of its own for each run, so that no stage finds a result of another; removed afterwards. */
export async function measureRun({ project, data, memoryLimit, timeoutS, env = {}, keep }: RunSpec): Promise<ProductRun> {
  const home = join(HOMES, `${Date.now()}-${process.pid}`);
  mkdirSync(home, { recursive: true });
  const server = await holdServer(home);
  try {
    const serverBefore = cpuOf(server.pid) ?? 0;
    const cpuBefore = cpuOfEndedChildren();
    let stopWatching = watch(() => undefined);
    const started = Date.now();
    const { stdout, wallS } = await runChild(process.execPath, [resolve('bin/dramatis.js'), 'run', '--json', '--project', project, '--data', data, '--home', home], {
      env: { ...env, DRAMATIS_BENCH_KEY: KEY, ...(memoryLimit !== undefined && { DRAMATIS_MEMORY_LIMIT: memoryLimit }) },
      ...(timeoutS !== undefined && { timeoutS }),
      onStart: (pid) => {
        stopWatching();
        let worker: number | undefined;
        stopWatching = watch(() => (worker ??= workerOf(home)), [pid]);
      },
    });
    const watched = stopWatching();
    const answer = JSON.parse(stdout) as RunAnswer;
    await keep?.(home, answer);
    const stages = answer.stages.map(({ stage, ms, startedAt, reused }) => {
      if (reused) throw new Error(`${stage} was reused: nothing was measured`);
      const from = Date.parse(startedAt);
      return { stage, ms, cpuS: cpuBetween(watched.cpu, from, from + ms), mib: mostBetween(watched.memory, from, from + ms) };
    });
    const begin = Math.min(...answer.stages.map(({ startedAt }) => Date.parse(startedAt)));
    const end = Math.max(...answer.stages.map(({ startedAt, ms }) => Date.parse(startedAt) + ms));
    return {
      wallS,
      committedS: (committedAt(home) - started) / 1_000,
      cpuS: cpuOfEndedChildren() - cpuBefore,
      serverCpuS: (cpuOf(server.pid) ?? NaN) - serverBefore,
      peakMib: watched.peakMib,
      peakTogetherMib: watched.peakTogetherMib,
      stages,
      beforeS: (begin - started) / 1_000,
      afterS: wallS - (end - started) / 1_000,
      customers: answer.personas.reduce((sum, { customers }) => sum + customers, 0),
      personas: answer.personas.length,
    };
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
