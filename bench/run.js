'use strict';
/**
 * Bundle one bench and the compute thread with esbuild and run it: `node bench/run.js selection [arguments]`, `node bench/run.js kernels/mixture`. Without the name of
 * a bench it is the whole one (main.ts), which builds the program itself.
 */
const { existsSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { spawn } = require('node:child_process');
const { buildSync } = require('esbuild');

const root = resolve(__dirname, '..');
const given = process.argv.slice(2);
const named = given.length > 0 && /^[a-z][a-z/-]*$/.test(given[0]);
const [name, args] = named ? [given[0], given.slice(1)] : ['main', given];
const entry = join(root, 'bench', `${name}.ts`);
if (!existsSync(entry)) {
  process.stderr.write(`there is no bench ${name} (bench/${name}.ts)\n`);
  process.exit(1);
}
const out = mkdtempSync(join(tmpdir(), 'bench-'));
buildSync({
  entryPoints: { bench: entry, thread: join(root, 'src/workers/compute-thread.ts') },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outdir: out,
  external: ['@duckdb/*'],
});
const child = spawn(process.execPath, [join(out, 'bench.js'), ...args], { stdio: 'inherit', cwd: root });
// Ctrl-C reaches the bench by itself; it and its runs end in their own time.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => {
  rmSync(out, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
