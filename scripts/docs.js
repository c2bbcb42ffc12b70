#!/usr/bin/env node
/** Writes docs/configuration.md from the schema in src/config. */
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { configurationDoc } = require('./lib/configuration-doc.js');
const { ROOT } = require('./lib/paths.js');
const { runMain, say } = require('./lib/say.js');

/** The schema as the sources have it now: no build is needed. */
function currentSchema() {
  const folder = join(ROOT, 'node_modules', '.cache', 'dramatis');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'json-schema.cjs');
  require('esbuild').buildSync({
    entryPoints: [join(ROOT, 'src', 'config', 'json-schema.ts')],
    bundle: true,
    platform: 'node',
    packages: 'external',
    outfile,
  });
  return require(outfile).configJsonSchema();
}

if (require.main === module) {
  runMain(async () => {
    writeFileSync(join(ROOT, 'docs', 'configuration.md'), configurationDoc(currentSchema()));
    say('docs: docs/configuration.md is new');
    return 0;
  });
}
