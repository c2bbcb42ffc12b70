'use strict';
/** Bundle one bench and the compute thread with esbuild and run it: `node bench/run.js selection [arguments]`. Needs no build. */
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { spawnSync } = require('node:child_process');
const { buildSync } = require('esbuild');

const [name, ...args] = process.argv.slice(2);
const root = resolve(__dirname, '..');
const out = mkdtempSync(join(tmpdir(), 'bench-'));
buildSync({
  entryPoints: { bench: join(root, 'bench', `${name}.ts`), thread: join(root, 'src/workers/compute-thread.ts') },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outdir: out,
  external: ['@duckdb/*'],
});
const { status } = spawnSync(process.execPath, [join(out, 'bench.js'), ...args], { stdio: 'inherit', cwd: root });
rmSync(out, { recursive: true, force: true });
process.exit(status ?? 1);
