#!/usr/bin/env node
/**
 * Makes sure there is a real S3 server for the long proofs, versitygw over a folder, and prints its path on stdout. Looks at
 * `DRAMATIS_VERSITYGW`, then in the user's cache, then builds the pinned version with Go: minutes, once per user.
 */
const { existsSync, mkdirSync, renameSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { withLock } = require('./lib/lock.js');
const { cacheDir, exeName } = require('./lib/paths.js');
const { run } = require('./lib/process.js');
const { SetupError, runMain, say } = require('./lib/say.js');

const VERSION = '1.8.0';
const MODULE = 'github.com/versity/versitygw/cmd/versitygw';

const cachedVersitygw = (env = process.env) => join(cacheDir(env), 'versitygw', VERSION, exeName('versitygw'));

async function build(target, env) {
  const bin = join(dirname(target), 'building');
  mkdirSync(bin, { recursive: true });
  const { code, output } = await run('go', ['install', `${MODULE}@v${VERSION}`], { env: { ...env, GOBIN: bin }, timeoutMs: 60 * 60_000 });
  if (code !== 0) throw new SetupError(`go install ${MODULE}@v${VERSION}: ${output.trim().split('\n').at(-1)}`);
  renameSync(join(bin, exeName('versitygw')), target);
}

/** @returns {Promise<string>} its absolute path. */
async function ensureVersitygw(env = process.env, log = say) {
  const named = env.DRAMATIS_VERSITYGW;
  if (named) {
    if (existsSync(named)) return named;
    throw new SetupError(`DRAMATIS_VERSITYGW is ${named}, where there is no file; correct or unset it`);
  }
  const target = cachedVersitygw(env);
  if (existsSync(target)) return target;
  return withLock(`${target}.lock`, async () => {
    if (!existsSync(target)) {
      log(`S3 server: building versitygw ${VERSION} with Go (minutes, once per user)`);
      await build(target, env);
    }
    return target;
  });
}

module.exports = { cachedVersitygw, ensureVersitygw };

if (require.main === module) {
  runMain(async () => {
    process.stdout.write(`${await ensureVersitygw()}\n`);
  });
}
