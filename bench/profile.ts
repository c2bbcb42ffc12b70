import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { measureRun, type ProductRun } from './lib/product';

/**
 * Where the time of one run goes, by stage and by SQL statement: `node bench/run.js profile [size] [project] [statements]`, e.g.
 * `profile 1m bench/project/product.yaml 40`. Uses the program as it is built and data that are there.
 */
const [size = '1m', project = 'bench/project', most = '30'] = process.argv.slice(2);

interface Statement {
  readonly sql: string;
  readonly ms: number;
  readonly cpuMs: number;
}

function lines(run: ProductRun): string[] {
  const row = (name: string, wall: number, cpu: number | null, mib?: number): string => `${name.padEnd(22)}${wall.toFixed(2).padStart(9)}${(cpu?.toFixed(2) ?? '').padStart(9)}${(mib?.toFixed(0) ?? '').padStart(9)}`;
  return [
    `${'stage'.padEnd(22)}${'wall s'.padStart(9)}${'CPU s'.padStart(9)}${'MiB'.padStart(9)}   (CPU and most memory of the worker while the stage ran)`,
    row('before first stage', run.beforeS, null),
    ...run.stages.map(({ stage, ms, cpuS, mib, attempt }) => `${row(stage, ms / 1_000, cpuS, mib)}${attempt > 1 ? `  attempt ${attempt}` : ''}`),
    row('after last stage', run.afterS, null),
    row('whole', run.wallS, run.cpuS, run.peakMib),
    `committed after ${run.committedS.toFixed(2)} s; server ${run.serverCpuS.toFixed(2)} CPU s; peak ${run.peakMib.toFixed(0)} MiB worker, ${run.peakTogetherMib.toFixed(0)} MiB with command`,
    `${run.customers} customers, ${run.personas} personas`,
  ];
}

/** The dearest statements; the same text more than once is one line. */
function statementLines(file: string): string[] {
  const sums = new Map<string, { times: number; ms: number; cpuMs: number }>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter((text) => text !== '')) {
    const { sql, ms, cpuMs } = JSON.parse(line) as Statement;
    const sum = sums.get(sql) ?? { times: 0, ms: 0, cpuMs: 0 };
    sums.set(sql, { times: sum.times + 1, ms: sum.ms + ms, cpuMs: sum.cpuMs + cpuMs });
  }
  const all = [...sums].sort(([, a], [, b]) => b.cpuMs - a.cpuMs);
  const whole = all.reduce((sum, [, { cpuMs }]) => sum + cpuMs / 1_000, 0);
  const row = ([sql, { times, ms, cpuMs }]: (typeof all)[number]): string =>
    `${(cpuMs / 1_000).toFixed(2).padStart(9)}${(ms / 1_000).toFixed(2).padStart(9)}${String(times).padStart(6)}  ${sql}`;
  return ['', `${'CPU s'.padStart(9)}${'wall s'.padStart(9)}${'times'.padStart(6)}  statement (all together ${whole.toFixed(1)} CPU s)`, ...all.slice(0, Number(most)).map(row)];
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-statements-'));
  try {
    const file = join(folder, 'statements.jsonl');
    const run = await measureRun({ project, data: `bench/data/${size}`, env: { NODE_OPTIONS: `--require ${resolve('bench/statements.js')}`, BENCH_STATEMENTS: file } });
    process.stdout.write(`${[...lines(run), ...(existsSync(file) ? statementLines(file) : [])].join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
