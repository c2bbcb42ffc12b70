import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { design, type Cell } from './cells';
import { measure, type Measured } from './measured';
import { folderOf, keep, resultOf, SEEDS, type Job } from './results';

/** What is to be measured, and where results lie. */
interface Options {
  readonly folder: string;
  readonly cells: number;
  readonly seeds: number;
  readonly processes: number;
}

/** The first data set of every cell comes first, so that what is there after an interruption is balanced. */
function jobsOf({ cells, seeds }: Options): Job[] {
  const chosen = spread(design(), cells);
  return Array.from({ length: seeds }, (_, s) => chosen.map(({ id }) => ({ cell: id, seed: s + 1 }))).flat();
}

/** Some of the cells, evenly over the design. */
const spread = (cells: readonly Cell[], count: number): Cell[] =>
  Array.from({ length: Math.min(count, cells.length) }, (_, i) => cells[Math.floor((i * cells.length) / Math.min(count, cells.length))]);

/** Measure what is not measured yet, in processes of its own. A result file is there whole or not at all. */
async function run(options: Options): Promise<void> {
  const { folder, processes } = options;
  mkdirSync(folder, { recursive: true });
  const all = jobsOf(options);
  const waiting = all.filter((job) => resultOf(folder, job) === null);
  const total = waiting.length;
  const started = Date.now();
  let done = 0;
  say(`${all.length - total} of ${all.length} data sets are measured already; results in ${folder}`);
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(__filename, ['worker', folder], { stdio: 'inherit' });
      const next = (): void => {
        const job = waiting.shift();
        if (job) child.send(job);
        else child.disconnect();
      };
      child.on('message', ({ cell, seed, seconds }: Job & { seconds: number }) => {
        done++;
        const minutes = (Date.now() - started) / 60_000;
        say(
          `${cell}-${seed}: ${seconds.toFixed(0)} s of CPU; ${done} of ${total} in ${minutes.toFixed(1)} min, about ${((minutes / done) * (total - done)).toFixed(0)} min to go`,
        );
        next();
      });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a process of the study ended with ${code}`))));
      next();
    });
  await Promise.all(Array.from({ length: Math.max(1, Math.min(processes, total)) }, serve));
}

/** Sets that are measured a second time. */
const AGAIN = 3;

/** Measure some of the small sets once more: results of other code, or of a machine that counts differently, are found out. */
async function again(folder: string): Promise<void> {
  const small = design().filter(({ id, customers }) => customers === 1000 && resultOf(folder, { cell: id, seed: 1 }) !== null);
  for (const cell of spread(small, AGAIN)) {
    const before = resultOf(folder, { cell: cell.id, seed: 1 });
    const now = await measure(cell, 1);
    const text = (measured: Measured | null): string => JSON.stringify({ ...measured, seconds: null });
    if (text(before) !== text(now)) throw new Error(`${cell.id}-1 gives another result than the one in ${folder}: remove the folder and measure anew`);
    say(`${cell.id}-1: the same result again`);
  }
}

/** One process: a data set per message, until the parent lets go. */
function work(folder: string): void {
  const cells = new Map(design().map((cell) => [cell.id, cell]));
  process.on('disconnect', () => process.exit());
  process.on('message', (job: Job) => {
    const cell = cells.get(job.cell);
    if (!cell) throw new Error(`there is no cell ${job.cell}`);
    void measure(cell, job.seed).then(
      (result) => {
        keep(folder, result);
        process.send?.({ ...job, seconds: Object.values(result.seconds).reduce((sum, value) => sum + value, 0) });
      },
      (error: unknown) => {
        process.stderr.write(`${job.cell}-${job.seed}: ${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

function optionsOf(args: readonly string[]): Options {
  const of = (name: string, fallback: number): number => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  return {
    folder: folderOf(),
    cells: of('cells', Infinity),
    seeds: of('seeds', SEEDS),
    processes: of('processes', 2),
  };
}

const [command, ...rest] = process.argv.slice(2);
if (command === 'worker') work(rest[0]);
else if (command === 'again') void again(folderOf());
else void run(optionsOf(process.argv.slice(2)));
