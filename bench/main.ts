import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { documentOf } from './document';
import { runChild } from './lib/child';
import { ensurePython, PYTHON } from './lib/environment';
import { record, recorded } from './lib/results';
import { surroundings } from './lib/surroundings';
import { planOf, type Depth } from './plan';

const HELP = `npm run bench [-- options]: Dramatis beside pandas, polars, DuckDB and scikit-learn; see docs/benchmarks.md

  --quick         small sizes, once each; prints, leaves docs/benchmarks.md alone
  --full          everything, 50M rows included
  --only A,B      these measures (--list names them)
  --resume        leave out what has a figure of this commit
  --repeats N     repetitions of whole runs
  --render        only write docs/benchmarks.md from what was measured
  --list          name the measures
  --clean         remove data, results and the peers' Python
A bench of its own: npm run bench -- selection, npm run bench -- profile 1m, npm run bench -- kernels/mixture`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function render(quick: boolean): void {
  const text = documentOf(recorded(quick));
  if (!quick) return writeFileSync('docs/benchmarks.md', text);
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/quick.md', text);
  process.stdout.write(text.slice(text.indexOf('## At a glance')));
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      resume: { type: 'boolean', default: false },
      repeats: { type: 'string' },
      render: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      clean: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) return void process.stdout.write(`${HELP}\n`);
  if (options.clean) {
    for (const folder of ['bench/data', 'bench/results', '.bench-env']) rmSync(resolve(folder), { recursive: true, force: true });
    return;
  }
  if (options.render) return render(options.quick);
  const depth: Depth = options.quick ? 'quick' : options.full ? 'full' : 'default';
  const plan = planOf(depth, options.repeats === undefined ? undefined : Number(options.repeats));
  const wanted = options.only?.split(',');
  const unknown = wanted?.filter((name) => !plan.some((step) => step.name === name)) ?? [];
  if (options.list || unknown.length > 0) {
    for (const step of plan) process.stdout.write(`${step.name.padEnd(16)}${step.in.join(', ') || 'with --only'}\n`);
    if (unknown.length > 0) throw new Error(`there is no measure ${unknown.join(', ')}`);
    return;
  }
  await ensurePython(say);
  await runChild(process.execPath, ['scripts/build.js']);
  const { commit } = surroundings(PYTHON);
  const done = recorded(options.quick);
  const failed: string[] = [];
  for (const step of plan.filter(({ name, in: where }) => (wanted ? wanted.includes(name) : where.includes(depth)))) {
    if (options.resume && done.get(step.name)?.surroundings.commit === commit) continue;
    say(`— ${step.name}`);
    const around = surroundings(PYTHON);
    try {
      record({ name: step.name, quick: options.quick, surroundings: around, measure: await step.measure(say) });
    } catch (error) {
      // The others are still worth their figures.
      failed.push(step.name);
      say((error as Error).message);
    }
  }
  render(options.quick);
  if (failed.length > 0) throw new Error(`not measured: ${failed.join(', ')}`);
}

main().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
