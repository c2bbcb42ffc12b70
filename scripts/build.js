#!/usr/bin/env node
/**
 * Compiles src and kernels to dist: TypeScript, the workflow bundle, the report's browser runtime, the WebAssembly kernels and the digests of the code behind each
 * stage.
 * Does nothing when nothing changed. A type error leaves the last good build in place.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { codeDigests } = require('./lib/code-digests.js');
const { withLock } = require('./lib/lock.js');
const { ROOT } = require('./lib/paths.js');
const { run } = require('./lib/process.js');
const { SetupError, runMain, say } = require('./lib/say.js');
const { stampOf } = require('./lib/stamp.js');

const INPUTS = ['src', 'kernels', 'types', 'scripts', 'tsconfig.json', 'package.json', 'package-lock.json'];
const stampFile = (root) => join(root, 'node_modules', '.cache', 'dramatis', 'build.json');
const lockFile = (root) => join(root, 'node_modules', '.cache', 'dramatis', 'build.lock');

/** Names, sizes and times of what goes in and of what came out: a changed source shows, and so does a damaged dist. */
function stampNow(root) {
  return JSON.stringify({
    node: process.versions.node.split('.')[0],
    inputs: stampOf(root, INPUTS),
    outputs: stampOf(root, ['dist']),
  });
}

function isCurrent(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === stampNow(root);
}

async function compile(root, outDir) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', root, '--outDir', outDir, '--noEmitOnError', '--pretty', 'false'];
  const { code, output } = await run(process.execPath, args, { cwd: root });
  if (code !== 0) throw new SetupError(`the TypeScript compiler found errors:\n${output.trimEnd()}`);
}

/** One file with all workflow code: a worker that gets it starts in a second instead of four. */
async function bundleWorkflows(root, outDir, log) {
  const workflowsPath = join(outDir, 'workflows', 'index.js');
  if (!existsSync(workflowsPath)) return log('build: no src/workflows/index.ts, so no workflow bundle');
  const fromRoot = { paths: [root] };
  const { DefaultLogger, bundleWorkflowCode } = require(require.resolve('@temporalio/worker', fromRoot));
  const interceptors = join(outDir, 'workflows', 'interceptors.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: existsSync(interceptors) ? [interceptors] : [],
    logger: new DefaultLogger('WARN', ({ level, message }) =>
      log(`build: ${level.toLowerCase()} from the workflow bundler: ${message}`),
    ),
  });
  writeFileSync(join(outDir, 'workflow-bundle.js'), code);
}

async function buildReportRuntime(root, outDir, log) {
  const script = join(root, 'scripts', 'build-report-runtime.js');
  if (!existsSync(script)) return log('build: no scripts/build-report-runtime.js, so no report runtime');
  await require(script).buildReportRuntime(join(outDir, 'report-runtime.js'));
}

/** The inner loops as one WebAssembly module. */
async function compileKernels(root, outDir, log) {
  if (!existsSync(join(root, 'kernels', 'index.ts'))) return log('build: no kernels/index.ts, so no WebAssembly kernels');
  const { buildKernels } = require('./build-kernels.js');
  await buildKernels(join(outDir, 'kernels.wasm'), root).catch((error) => {
    throw new SetupError(error.message);
  });
}

/** Which commit was built, whether the sources differed from it, and the lock file's SHA-256; null where that is not known (no Git). */
function sourceOf(root) {
  const git = (...args) => {
    const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  };
  const changed = git('status', '--porcelain', '--', ...INPUTS);
  const lock = join(root, 'package-lock.json');
  return {
    commit: git('rev-parse', 'HEAD'),
    changed: changed === null ? null : changed !== '',
    lockfile: existsSync(lock) ? createHash('sha256').update(readFileSync(lock)).digest('hex') : null,
  };
}

function writeDigests(root, outDir, log) {
  const stagesFile = join(outDir, 'contracts', 'stages.js');
  if (!existsSync(stagesFile)) return log('build: no src/contracts/stages.ts, so no code digests');
  delete require.cache[require.resolve(stagesFile)];
  const { digests, missing } = codeDigests(root, outDir, require(stagesFile).STAGES);
  if (missing.length > 0) log(`build: no activity file for ${missing.join(', ')}: their code digest covers all code`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { all, ...stages } = digests;
  writeFileSync(join(outDir, 'code-digests.json'), `${JSON.stringify({ version, all, stages, source: sourceOf(root) }, null, 2)}\n`);
}

/** Replaces `dist` by the new tree, so that files of deleted sources go and no reader sees a half-written one. */
function swap(root, next) {
  const dist = join(root, 'dist');
  const old = join(root, 'dist.old');
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
}

/**
 * Brings `dist` up to date.
 * @returns {Promise<{built: boolean, ms: number}>} whether there was anything to do.
 * @throws SetupError if the sources do not compile.
 */
async function build({ root = ROOT, force = false, log = say } = {}) {
  const started = Date.now();
  if (!force && isCurrent(root)) return { built: false, ms: Date.now() - started };
  return withLock(
    lockFile(root),
    async () => {
      if (!force && isCurrent(root)) return { built: false, ms: Date.now() - started };
      const next = join(root, 'dist.next');
      rmSync(stampFile(root), { force: true });
      rmSync(next, { recursive: true, force: true });
      const inputs = stampOf(root, INPUTS);
      try {
        await compile(root, next);
        await bundleWorkflows(root, next, log);
        await buildReportRuntime(root, next, log);
        await compileKernels(root, next, log);
        writeDigests(root, next, log);
        swap(root, next);
      } finally {
        rmSync(next, { recursive: true, force: true });
      }
      // Sources saved while the compiler ran may or may not be in dist: leave no stamp, so that the next build looks again.
      if (stampOf(root, INPUTS) === inputs) {
        mkdirSync(dirname(stampFile(root)), { recursive: true });
        writeFileSync(stampFile(root), stampNow(root));
      }
      const ms = Date.now() - started;
      log(`build: dist is new (${(ms / 1000).toFixed(1)} s)`);
      return { built: true, ms };
    },
    { onWait: (pid) => log(`build: waiting for the build of process ${pid}`) },
  );
}

module.exports = { build };

if (require.main === module) {
  runMain(async () => {
    const { built, ms } = await build({ force: process.argv.includes('--force') });
    if (!built) say(`build: nothing changed (${ms} ms)`);
  });
}
