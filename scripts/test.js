#!/usr/bin/env node
/**
 * `npm test`: everything, ending with one line `N passed, N failed`. Unit tests run from source and side by side; the tests that drive
 * the compiled program (tests/e2e, tests/faults) run one after the other, since each wants the machine for itself.
 *
 * `--fast`: unit tests only. Other arguments are passed to jest (`npm test -- tests/core`), in one run.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { bootstrap } = require('./bootstrap.js');
const { conclude, runJest } = require('./lib/jest-runs.js');
const { ROOT } = require('./lib/paths.js');
const { runMain } = require('./lib/say.js');

const SERIAL = ['tests/e2e', 'tests/faults'];
/** Long proofs: `npm run prove`. Jest's own list of what to ignore is replaced by the one given here, so they stand here too. */
const PROOFS = ['tests/prove'];
/** Slow for what they tell between two edits: servers, browsers, builds, the whole type check. */
const NOT_FAST = [
  ...SERIAL,
  ...PROOFS,
  'tests/lint',
  'tests/scripts',
  'tests/adapters/temporal',
  'tests/workflows',
  'tests/report',
];

const ignoring = (folders) => folders.map((folder) => `--testPathIgnorePatterns=<rootDir>/${folder}/`);

runMain(async () => {
  const args = process.argv.slice(2);
  const { cli } = await bootstrap();
  const env = cli === null ? {} : { TEMPORAL_CLI_PATH: cli.path };
  if (args.includes('--fast')) {
    const rest = args.filter((arg) => arg !== '--fast');
    return conclude([await runJest(ROOT, ['--maxWorkers=100%', ...ignoring(NOT_FAST), ...rest], env)]);
  }
  if (args.length > 0) return conclude([await runJest(ROOT, args, env)]);
  const runs = [await runJest(ROOT, ['--maxWorkers=100%', ...ignoring([...SERIAL, ...PROOFS])], env)];
  const serial = SERIAL.filter((folder) => existsSync(join(ROOT, folder)));
  if (serial.length > 0) runs.push(await runJest(ROOT, ['--runInBand', '--passWithNoTests', ...serial], env));
  return conclude(runs);
});
