#!/usr/bin/env node
/**
 * Makes sure there is an S3 server for tests, the Python package moto in a virtual environment of the user's cache, and prints the path of
 * its Python on stdout. `DRAMATIS_S3_PYTHON` names another Python that has it.
 */
const { existsSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { withLock } = require('./lib/lock.js');
const { cacheDir } = require('./lib/paths.js');
const { run } = require('./lib/process.js');
const { SetupError, runMain, say } = require('./lib/say.js');

const VERSION = '5.2.5';

const folderOf = (env) => join(cacheDir(env), 'moto', VERSION);
const cachedS3Python = (env = process.env) => join(folderOf(env), 'bin', 'python');
/** Written last: an environment without it is half made. */
const stampOf = (env) => join(folderOf(env), 'complete');

async function make(env) {
  const folder = folderOf(env);
  rmSync(folder, { recursive: true, force: true });
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [cachedS3Python(env), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', `moto[server]==${VERSION}`]],
    [cachedS3Python(env), ['-c', 'import moto.server, flask']],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await run(command, args, { timeoutMs: 10 * 60_000 });
    if (code !== 0) throw new SetupError(`${command} ${args.slice(0, 3).join(' ')}: ${output.trim().split('\n').at(-1)}`);
  }
  writeFileSync(`${stampOf(env)}.new`, `${VERSION}\n`);
  renameSync(`${stampOf(env)}.new`, stampOf(env));
}

/** @returns {Promise<string>} path of a Python with moto's server. */
async function ensureS3Python(env = process.env, log = say) {
  const named = env.DRAMATIS_S3_PYTHON;
  if (named) {
    if (existsSync(named)) return named;
    throw new SetupError(`DRAMATIS_S3_PYTHON is ${named}, where there is no file; correct or unset it`);
  }
  if (existsSync(stampOf(env))) return cachedS3Python(env);
  return withLock(join(dirname(folderOf(env)), `${VERSION}.lock`), async () => {
    if (!existsSync(stampOf(env))) {
      log(`S3 server: installing moto ${VERSION} (once per user)`);
      await make(env);
    }
    return cachedS3Python(env);
  });
}

module.exports = { cachedS3Python, ensureS3Python };

if (require.main === module) {
  runMain(async () => {
    process.stdout.write(`${await ensureS3Python()}\n`);
  });
}
