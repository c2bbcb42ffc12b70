'use strict';
/**
 * Bundle the study and run it, so that its kernels run at full speed: `node tests/prove/choosing/run.js [--cells 60] [--seeds 5] [--processes 2]`
 * measures; `... run.js again` measures a few sets a second time and compares, `... run.js judge [shape|judge] [rule]` prints how the rules do
 * on one half of the cells. Start it again and it goes on where it was stopped.
 */
const { spawn } = require('node:child_process');
const { mkdirSync, rmSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { buildSync } = require('esbuild');

const root = resolve(__dirname, '..', '..', '..');

/** The bundle of this state of the sources; each process has its own, so that one can be started while another runs. */
function bundled(name) {
  const folder = join(root, 'node_modules', '.cache', 'dramatis', 'choosing-bundles');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}-${process.pid}.cjs`);
  buildSync({ entryPoints: [join(__dirname, `${name}.ts`)], bundle: true, platform: 'node', format: 'cjs', target: 'node20', outfile, external: ['@duckdb/*'] });
  return outfile;
}

const [command, ...args] = process.argv.slice(2);
const judging = command === 'judge';
const file = bundled(judging ? 'judge-results' : 'study');
const child = spawn(process.execPath, [file, ...(judging ? args : process.argv.slice(2))], { stdio: 'inherit', cwd: root });
child.on('exit', (code) => {
  rmSync(file, { force: true });
  process.exitCode = code ?? 1;
});
