'use strict';

const { mkdirSync, mkdtempSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');
const { run } = require('./lib/process.js');

const root = path.resolve(__dirname, '..');
const COMPILER = path.join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');

/** The memory is the caller's, so nothing is allocated or collected in the module; 128-bit SIMD is part of WebAssembly since Node 16. */
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--noColors'];

/**
 * Compile the AssemblyScript below `kernels` into one WebAssembly module. The same sources and compiler version give the same bytes.
 *
 * @param {string} [outfile] Where to write it; default `dist/kernels.wasm`.
 * @param {string} [from] Folder that holds `kernels`.
 * @returns {Promise<string>} The path written.
 * @throws Error with the compiler's messages.
 */
async function buildKernels(outfile = path.join(root, 'dist', 'kernels.wasm'), from = root) {
  const folder = path.dirname(outfile);
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, '.kernels-'));
  try {
    const made = path.join(own, 'kernels.wasm');
    const { code, output } = await run(process.execPath, [COMPILER, 'kernels/index.ts', '--outFile', path.relative(from, made), ...OPTIONS], { cwd: from });
    if (code !== 0) throw new Error(`the AssemblyScript compiler found errors:\n${output.trim()}`);
    renameSync(made, outfile);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return outfile;
}

module.exports = { buildKernels };

if (require.main === module) {
  buildKernels(process.argv[2] && path.resolve(process.argv[2])).then(
    (file) => process.stdout.write(`${file}\n`),
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
