#!/usr/bin/env node
/** `npm run prove`: the long proofs in tests/prove, which no ordinary test run includes. Ends with `N passed, N failed`. */
const { bootstrap } = require('./bootstrap.js');
const { conclude, runJest } = require('./lib/jest-runs.js');
const { ROOT } = require('./lib/paths.js');
const { runMain, say } = require('./lib/say.js');
const { ensureVersitygw } = require('./get-versitygw.js');

runMain(async () => {
  const { cli } = await bootstrap();
  // Without it the proofs that want it say why they are skipped.
  await ensureVersitygw().catch((error) => say(error.message));
  const env = { DRAMATIS_PROVE: '1', ...(cli === null ? {} : { TEMPORAL_CLI_PATH: cli.path }) };
  return conclude([await runJest(ROOT, ['--runInBand', 'tests/prove', ...process.argv.slice(2)], env)]);
});
