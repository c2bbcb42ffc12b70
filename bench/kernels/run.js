'use strict';
/** Bundle one bench with esbuild, beside freshly compiled kernels, and run it: `node bench/kernels/run.js kmeans [arguments]`. */
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { spawnSync } = require('node:child_process');
const { buildSync } = require('esbuild');
const { buildKernels } = require('../../scripts/build-kernels.js');

async function main([name, ...rest]) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await buildKernels(join(folder, 'kernels.wasm'));
    const outfile = join(folder, 'bench.js');
    buildSync({ entryPoints: [join(__dirname, `${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
    process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2));
