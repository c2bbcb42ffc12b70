'use strict';

const { build } = require('esbuild');
const { readFile } = require('node:fs/promises');
const path = require('node:path');

const root = path.resolve(__dirname, '..');

/** Licences ask for their text beside the code they cover: one per author of what is bundled. */
const LICENSED = ['vega', 'vega-lite', 'd3-array', 'd3-delaunay'];

async function licences() {
  const texts = await Promise.all(
    LICENSED.map((name) => readFile(path.join(root, 'node_modules', name, 'LICENSE'), 'utf8')),
  );
  return texts
    .map((text, i) => `${LICENSED[i]}\n${text.trim()}`)
    .join('\n\n')
    .replace(/\*\//g, '* /');
}

/**
 * Bundle the report's browser code (Vega, Vega-Lite, the expression interpreter and our own entry) into one file without imports.
 * The same sources and library versions give the same bytes.
 *
 * @param {string} [outfile] Where to write it; default `dist/report-runtime.js`.
 * @returns {Promise<string>} The path written.
 */
async function buildReportRuntime(outfile = path.join(root, 'dist', 'report-runtime.js')) {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/report-runtime/main.mts'],
    outfile,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'none',
    banner: { js: `/*!\n${await licences()}\n*/` },
    resolveExtensions: ['.mts', '.mjs', '.ts', '.js', '.json'],
    logLevel: 'warning',
  });
  return outfile;
}

module.exports = { buildReportRuntime };

if (require.main === module) {
  buildReportRuntime(process.argv[2]).then(
    (file) => process.stdout.write(`${file}\n`),
    (error) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
