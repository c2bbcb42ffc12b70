#!/usr/bin/env node
/**
 * Makes a fresh checkout ready to run: packages, Temporal CLI, build. Does only what is missing; under a second when nothing is.
 * Needs nothing but Node and npm.
 */
const { ROOT } = require('./lib/paths.js');
const { SetupError, runMain, say } = require('./lib/say.js');

const OLDEST_NODE = 20;

function checkNode(version = process.versions.node) {
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return;
  throw new SetupError(
    `Node ${OLDEST_NODE} or later is needed, this is ${version}; install a current one and run this again`,
  );
}

/** @returns {Promise<{cli: {path: string, version: string, from: string} | null}>} null where the environment names a server (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE`). */
async function bootstrap({ root = ROOT, env = process.env, log = say } = {}) {
  checkNode();
  const { ensurePackages } = require('./lib/packages.js');
  const { ensureCli } = require('./lib/temporal-cli.js');
  const packages = ensurePackages({ root, log });
  const named = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE'].find((name) => env[name]);
  const cli = named ? Promise.resolve(null) : ensureCli({ root, env, log, ready: packages });
  // Both run at once, and both end before either failure is reported: nothing is left behind half done.
  const [installed, found] = await Promise.allSettled([packages, cli]);
  for (const outcome of [installed, found]) if (outcome.status === 'rejected') throw outcome.reason;
  const { build } = require('./build.js');
  await build({ root, log });
  if (found.value === null) log(`bootstrap: Temporal server by ${named}=${env[named]}`);
  else log(`bootstrap: Temporal CLI ${found.value.version} from ${found.value.from}: ${found.value.path}`);
  return { cli: found.value };
}

module.exports = { bootstrap, checkNode };

if (require.main === module) runMain(() => bootstrap().then(() => 0));
