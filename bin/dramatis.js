#!/usr/bin/env node
/** The command `dramatis`: the compiled program, or what to do where it was not compiled yet. */
const { existsSync } = require('node:fs');
const { resolve } = require('node:path');

const main = resolve(__dirname, '..', 'dist', 'cli', 'main.js');
if (existsSync(main)) {
  require(main).main(process.argv);
} else {
  process.stderr.write('dramatis is not built yet: run "npm start" (the example shop) or "npm run build" first\n');
  process.exitCode = 1;
}
